using System.Globalization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Metrics of what the agents report, collected from the GpuNodes at each scrape.</summary>
public static class GpuNodeSeries
{
    private const string Uncut = "Uncut";

    /// <summary>Collects <see cref="NosMetrics.Slices"/> and <see cref="NosMetrics.GpuMemory"/>.</summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The GpuNodes at this moment, in any order; called by any thread.</param>
    /// <param name="perGpu">Whether that many nodes are told GPU by GPU; else the <c>gpu</c> label is left out, and the numbers are a node's.</param>
    public static void CollectSlices(this MetricRegistry metrics, Func<IReadOnlyList<GpuNodeDocument>> read, Func<int, bool> perGpu)
    {
        metrics.Collect(NosMetrics.Slices, sink => EachNode(read(), perGpu, (node, detail, tally) => AddSlices(sink, node, detail, tally)));
        metrics.Collect(NosMetrics.GpuMemory, sink => EachNode(read(), perGpu, (node, detail, tally) => AddMemory(sink, node, detail, tally)));
    }

    /// <summary>Collects <see cref="NosMetrics.SliceInfo"/>. A share of a GPU by MPS has no UUID of its own and shows its GPU's.</summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The GpuNodes at this moment, in any order; called by any thread.</param>
    public static IDisposable CollectSliceInfo(this MetricRegistry metrics, Func<IReadOnlyList<GpuNodeDocument>> read) =>
        metrics.Collect(NosMetrics.SliceInfo, sink => EachNode(read(), _ => true, (node, _, _) => AddSliceInfo(sink, node)));

    private static void EachNode(IReadOnlyList<GpuNodeDocument> nodes, Func<int, bool> perGpu, Action<GpuNodeDocument, bool, NodeTally> add)
    {
        var (detail, tally) = (perGpu(nodes.Count), new NodeTally());
        foreach (var node in nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            add(node, detail, tally);
        }
    }

    private static void AddSlices(ISampleSink sink, GpuNodeDocument node, bool perGpu, NodeTally tally)
    {
        foreach (var gpu in Gpus(node))
        {
            foreach (var slice in gpu.Slices)
            {
                tally.Add(perGpu ? gpu.Index : -1, ProfileOf(slice), slice.State, 1);
            }
        }

        foreach (var (gpu, profile, state, count) in tally.Drain())
        {
            sink.Add(count, node.Metadata.Name, Label(gpu), node.Spec.Mode ?? "", profile, state);
        }
    }

    /// <summary>The three usual states are told even where they are empty, so that graphs do not break off.</summary>
    private static void AddMemory(ISampleSink sink, GpuNodeDocument node, bool perGpu, NodeTally tally)
    {
        foreach (var gpu in Gpus(node))
        {
            var (key, product, cut) = (perGpu ? gpu.Index : -1, ProductOf(gpu, node.Status!), 0L);
            foreach (var slice in gpu.Slices)
            {
                var mib = MiBOf(slice, product);
                cut += mib;
                tally.Add(key, slice.State, "", mib);
            }

            tally.Add(key, SliceStates.Used, "", 0);
            tally.Add(key, SliceStates.Free, "", 0);
            tally.Add(key, Uncut, "", Math.Max(0, (product?.MemoryMiB ?? 0) - cut));
        }

        foreach (var (gpu, state, _, mib) in tally.Drain())
        {
            sink.Add(mib * 1024.0 * 1024.0, node.Metadata.Name, Label(gpu), state);
        }
    }

    private static void AddSliceInfo(ISampleSink sink, GpuNodeDocument node)
    {
        foreach (var gpu in Gpus(node).OrderBy(gpu => gpu.Index))
        {
            foreach (var slice in gpu.Slices.DistinctBy(slice => slice.Id).OrderBy(slice => slice.Id, StringComparer.Ordinal))
            {
                // What a pod has lost is nobody's while it is not there.
                var user = (slice is { LostUuid: not null, Uuid: null } ? null : slice.Pod)?.Split('/') is [var ns, var pod, var container] ? (ns, pod, container) : ("", "", "");
                sink.Add(1, node.Metadata.Name, Label(gpu.Index), slice.Id, ProfileOf(slice), slice.Uuid ?? gpu.Uuid ?? "", user.Item1, user.Item2, user.Item3);
            }
        }
    }

    private static ProductStatus? ProductOf(GpuStatus gpu, GpuNodeStatus status)
    {
        foreach (var product in status.Products)
        {
            if (product.Product == gpu.Product)
            {
                return product;
            }
        }

        return null;
    }

    private static long MiBOf(SliceStatus slice, ProductStatus? product)
    {
        foreach (var profile in product?.Profiles ?? [])
        {
            if (profile.Name == slice.Profile)
            {
                return profile.MemoryMiB;
            }
        }

        return (slice.MemoryGB ?? 0) * 1024L;
    }

    /// <summary>An agent's mistake must not make the exposition unreadable: of two GPUs of one index the first counts.</summary>
    private static IEnumerable<GpuStatus> Gpus(GpuNodeDocument node)
    {
        var gpus = node.Status?.Gpus ?? [];
        for (var at = 0; at < gpus.Length; at++)
        {
            var earlier = 0;
            while (gpus[earlier].Index != gpus[at].Index)
            {
                earlier++;
            }

            if (earlier == at)
            {
                yield return gpus[at];
            }
        }
    }

    private static string ProfileOf(SliceStatus slice) => slice.Profile ?? (slice.MemoryGB is { } shared ? $"{shared}gb" : "");

    private static string Label(int gpu) => gpu < 0 ? "" : gpu.ToString(CultureInfo.InvariantCulture);
}
