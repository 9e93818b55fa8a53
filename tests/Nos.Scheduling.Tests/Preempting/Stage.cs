using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>A small cluster with quotas and bound pods; everything else at rest.</summary>
internal sealed record Stage(params Staged[] Pods)
{
    internal GpuModel Model { get; init; } = Draw.A100;

    internal PartitioningMode Mode { get; init; } = PartitioningMode.Mig;

    internal int Gpus { get; init; } = 1;

    internal string[] Nodes { get; init; } = ["n"];

    internal Misfit Obstacle { get; init; }

    /// <summary>Allocatable cpu, memory and pods of each node.</summary>
    internal NodeRoom Allocatable { get; init; } = new(64_000, 1L << 40, 110);

    internal Quota[] Quotas { get; init; } = [];

    internal Dictionary<string, int> Budgets { get; init; } = [];

    internal bool ReclaimsUnquoted { get; init; }

    /// <summary>Slices that nobody known has, or that are free: drawn as <see cref="Draw.Slice"/> does, on GPU 0 of each node.</summary>
    internal string[] Others { get; init; } = [];

    internal ReclaimScene Scene => new(
        ClusterSnapshot.Of(Nodes.Select(Build)),
        Pods.Aggregate(QuotaLedger.Of(Quotas), (ledger, pod) => ledger.Taking(pod.Space, pod.Bound.Pod.Request)),
        [.. Pods.Select(pod => pod.Bound)],
        Budgets,
        Staged.Noon,
        ReclaimsUnquoted);

    internal static Quota Quota(string space, params (string, long)[] min) =>
        new(new QuotaKey(space, "q", false), [space], Staged.Amounts(min), default, Staged.Noon.AddDays(-1));

    internal static Preemptor Waiting(string space, int priority, params string[] slices) => Waiting(space, priority, 0, 0, slices);

    internal static Preemptor Waiting(string space, int priority, long cpu, long memory, params string[] slices)
    {
        var demand = PodDemand.Of(
            [.. slices.Select((slice, at) => new ContainerDemand($"c{at}", ContainerKind.Main, Draw.Resource(slice), 1, new MpsDemand(0, 1000)))], new NodeRoom(cpu, memory, 1));
        return new Preemptor("waiting", space, priority, true, demand, NodeRequirements.None, Staged.Request(demand));
    }

    internal ReclaimDecision Decide(Preemptor preemptor, string[]? offered = null, params string[] spared) =>
        Reclaim.Decide(Scene, preemptor, offered, spared.ToHashSet());

    /// <summary>The names of the victims with their rules, <c>b1 R1, b2 R1</c>.</summary>
    internal string Victims(Preemptor preemptor, string[]? offered = null, params string[] spared) =>
        string.Join(", ", Decide(preemptor, offered, spared).Victims.Select(victim => $"{victim.Pod.Pod.Name} {victim.Rule}"));

    private Node Build(string name)
    {
        var here = Pods.Where(pod => pod.Node == name).ToList();
        var held = here.SelectMany(pod => pod.Held(Model)).Concat(Others.Select(text => (Gpu: 0, Slice: Draw.Slice(Model, text)))).ToLookup(each => each.Gpu, each => each.Slice);
        var room = here.Aggregate(Allocatable, (left, pod) => left - pod.Bound.Demand.Room);
        return new Node(name, Mode, Obstacle, [.. Enumerable.Range(0, Gpus).Select(gpu => new Gpu(gpu, Model, [.. held[gpu].Select(Owned)]))], room);
    }

    private static Slice Owned(Slice slice) => slice.OwnerUid == "somebody" ? slice with { OwnerUid = null } : slice;
}
