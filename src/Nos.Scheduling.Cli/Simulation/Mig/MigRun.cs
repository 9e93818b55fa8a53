using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>Plays events against a cluster with a virtual clock. Every placement is the production decision's.</summary>
/// <param name="nodes">The nodes; changed as pods come and go.</param>
/// <param name="policy">By what a place is preferred.</param>
/// <param name="keepsIdle">
/// Whether the slices of pods that left stay, as agents leave them: the next pod of the shape takes one over rather than have one cut in a better place.
/// Else they are gone at once.
/// </param>
internal sealed class MigRun(Node[] nodes, PlacementPolicy policy, bool keepsIdle)
{
    /// <summary>Unit: hours; the first ones fill the cluster and are not measured.</summary>
    private const double WarmUp = 8;

    private readonly Dictionary<string, (int Node, PlacedSlice Slice)?> pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> sizes = new(StringComparer.Ordinal);
    private readonly PriceLearner learner = new();
    private readonly RunClock clock = new();
    private int reused;

    /// <summary>Plays all events.</summary>
    /// <param name="events">In order.</param>
    /// <param name="progress">Told of every arrival.</param>
    /// <param name="cancellation">Ends it.</param>
    internal (List<MigPlacementRow> Rows, MigSummary Summary) Play(IReadOnlyList<MigEvent> events, Progress progress, CancellationToken cancellation)
    {
        var rows = new List<MigPlacementRow>();
        var capacity = nodes.Sum(node => node.Gpus.Sum(gpu => gpu.Model.MemorySlices));
        var meter = new MigMeter(capacity, events.Count > 0 && events[^1].Hours > WarmUp ? WarmUp : 0);
        foreach (var happening in events)
        {
            cancellation.ThrowIfCancellationRequested();
            meter.AdvanceTo(happening.Hours);
            if (happening.IsArrival)
            {
                rows.Add(Arrive(happening));
                meter.Arrive(SlicesOf(happening), rows[^1].Node is not null);
                progress.Report(rows.Count);
            }
            else
            {
                meter.Depart(SlicesOf(happening), Depart(happening.Pod));
            }
        }

        return (rows, Summary(rows, meter));
    }

    private MigPlacementRow Arrive(MigEvent arrival)
    {
        var demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, SliceResource.Mig(arrival.Profile), 1)]);

        var found = clock.Decide(() =>
        {
            learner.Observe(demand, nodes);
            return ClusterPlacer.Place(nodes, demand, policy, learner.Current);
        });

        if (found is not var (place, placement))
        {
            pods[arrival.Pod] = null;
            return new MigPlacementRow(arrival.Order, arrival.Pod, null, 0, 0);
        }

        var slice = placement.Slices[0];
        pods[arrival.Pod] = (place, slice);
        reused += slice.IsReuse ? 1 : 0;
        var node = nodes[place];
        nodes[place] = node.With(node.FindGpu(slice.Gpu)!.With(new Slice(slice.Shape, slice.Resource, SliceHold.Used, arrival.Pod), slice.Destroyed));
        return new MigPlacementRow(arrival.Order, arrival.Pod, node.Name, slice.Gpu, slice.Shape.Start);
    }

    /// <summary>The pod leaves; its slice stays, free, or goes.</summary>
    /// <returns>Whether it had been placed.</returns>
    private bool Depart(string pod)
    {
        if (!pods.Remove(pod, out var at) || at is not var (place, placed))
        {
            return false;
        }

        var gpu = nodes[place].FindGpu(placed.Gpu)!;
        var slices = gpu.Slices
            .Where(slice => keepsIdle || slice.OwnerUid != pod)
            .Select(slice => slice.OwnerUid == pod ? slice with { Hold = SliceHold.Free, OwnerUid = null } : slice);
        nodes[place] = nodes[place].With(new Gpu(gpu.Index, gpu.Model, [.. slices]));
        return true;
    }

    private int SlicesOf(MigEvent happening)
    {
        if (!sizes.TryGetValue(happening.Profile, out var size))
        {
            sizes[happening.Profile] = size = nodes.SelectMany(node => node.Gpus).Select(gpu => gpu.Model.Find(happening.Profile)).OfType<MigProfile>().First().MemorySlices;
        }

        return size;
    }

    private MigSummary Summary(List<MigPlacementRow> rows, MigMeter meter)
    {
        var placed = rows.Count(row => row.Node is not null);
        return new MigSummary(
            rows.Count, placed, rows.Count - placed, rows.Count == 0 ? 0 : 100.0 * placed / rows.Count, meter.MeanUsedPercent, meter.RejectedTimePercent,
            meter.UsedPercentWhenOffered, placed == 0 ? 0 : 100.0 * reused / placed, clock.Seconds, clock.PerSecond);
    }
}
