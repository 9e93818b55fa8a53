using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>A bound pod; its slices are drawn as <c>1g.10gb@3</c> on GPU 0, <c>1:1g.10gb@3</c> on another, <c>10gb@1</c> on an MPS GPU.</summary>
internal sealed record Staged(string Name, string Space, params string[] Slices)
{
    internal const string Gpu = "nos.nebuly.com/gpu-memory";

    internal static readonly DateTimeOffset Noon = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    internal string Node { get; init; } = "n";

    internal int Priority { get; init; }

    internal long Cpu { get; init; }

    internal long Memory { get; init; }

    /// <summary>Before noon; it is as old as it runs.</summary>
    internal int Minutes { get; init; } = 60;

    internal string[] Budgets { get; init; } = [];

    internal bool IsTerminating { get; init; }

    internal bool IsProtected { get; init; }

    internal SliceHold Hold { get; init; } = SliceHold.Used;

    internal MpsDemand Mps { get; init; } = new(0, 1000);

    internal BoundPod Bound
    {
        get
        {
            var resources = Slices.Select(slice => Draw.Resource(Parts(slice).Shape)).ToList();
            var demand = PodDemand.Of(
                [.. resources.Select((resource, at) => new ContainerDemand($"c{at}", ContainerKind.Main, resource, 1, Mps))], new NodeRoom(Cpu, Memory, 1));
            return new BoundPod(
                new QuotaPod(Name, Space, Name, Noon.AddMinutes(-Minutes), Priority, Request(demand)), Node, demand, Noon.AddMinutes(-Minutes), IsTerminating, IsProtected)
            {
                Budgets = [.. Budgets],
            };
        }
    }

    internal IEnumerable<(int Gpu, Slice Slice)> Held(GpuModel model) => Slices.Select(slice =>
    {
        var (gpu, shape, start) = Parts(slice);
        return (gpu, new Slice(
            model.Find(shape) is { } profile ? SliceShape.Mig(profile, start) : SliceShape.Mps(Draw.Resource(shape).MemoryGB, start),
            Draw.Resource(shape), Hold, Name, Draw.Resource(shape).IsMig ? default : Mps));
    });

    /// <summary>What quotas count.</summary>
    internal static ResourceAmounts Request(PodDemand demand) => Amounts(
    [
        (Gpu, demand.Slices.Sum(slice => slice.Resource.MemoryGB)), ("cpu", demand.Room.CpuMilli), ("memory", demand.Room.MemoryBytes), ("pods", 1),
        .. demand.Slices.Select(slice => (slice.Resource.Name, 1L)),
    ]);

    internal static ResourceAmounts Amounts(params (string Name, long Amount)[] amounts) =>
        ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));

    private static (int Gpu, string Shape, int Start) Parts(string drawn)
    {
        var parts = drawn.Split('@');
        var named = parts[0].Split(':');
        return (named.Length > 1 ? int.Parse(named[0]) : 0, named[^1], int.Parse(parts[1]));
    }
}
