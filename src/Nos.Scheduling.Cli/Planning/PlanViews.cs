using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Tells a plan.</summary>
internal static class PlanViews
{
    /// <param name="cluster">The cluster as it is.</param>
    /// <param name="plan">The plan for it.</param>
    /// <param name="refused">Pods that were refused at the door.</param>
    /// <param name="nameOf">The namespace and name of a pod of the cluster, by uid; <see langword="null"/> where it is unknown.</param>
    internal static PlanView Of(ClusterSnapshot cluster, PartitioningPlan plan, IEnumerable<CandidatePod.Refused> refused, Func<string, string?> nameOf)
    {
        var nodes = new Dictionary<string, Node>(StringComparer.Ordinal);
        var planned = plan.Outcomes.ToDictionary(outcome => outcome.Pod.Uid, outcome => $"{outcome.Pod.Key}, of this plan", StringComparer.Ordinal);
        var pods = plan.Outcomes.Select(outcome => outcome switch
        {
            PodOutcome.Placed placed => Placed(placed, nodes.GetValueOrDefault(placed.Node) ?? cluster.Find(placed.Node)!, nodes),
            PodOutcome.StaysOut left => View(left.Pod.Key, null, [], StaysOut(left, uid => planned.GetValueOrDefault(uid) ?? nameOf(uid))),
            _ => throw new InvalidOperationException("The plan has an outcome that is not known here."),
        });
        return new PlanView(
            [.. pods, .. refused.Select(pod => View(pod.Key, null, [], new StaysOutView(pod.Reason, pod.Sentence, [], null)))],
            [.. plan.Nodes.Where(node => node.Cuts.Count > 0).Select(node => new CutNodeView(node.Before.Name, [.. node.Cuts.Select(cut => Cut(node, cut))]))]);
    }

    private static PlannedPodView View(string key, string? node, IReadOnlyList<PlannedSliceView> slices, StaysOutView? staysOut) =>
        new(key[..key.IndexOf('/', StringComparison.Ordinal)], key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..], node, slices, staysOut);

    private static PlannedPodView Placed(PodOutcome.Placed placed, Node before, Dictionary<string, Node> nodes)
    {
        var (after, placement) = PlacementTaking.Take(before, placed.Placement, placed.Pod.Demand, placed.Pod.Uid)
            ?? throw new InvalidOperationException($"{placed.Pod} cannot be put where the plan says.");
        nodes[placed.Node] = after;
        var slices = placement.Slices.Select((slice, request) => new PlannedSliceView(
            [.. placed.Pod.Demand.Shares.Where(share => share.Request == request).Select(share => share.Container)],
            slice.Gpu, ShapeOf(slice.Shape), slice.Id, slice.Resource.Name, slice.IsReuse, [.. slice.Destroyed.Select(ShapeOf)],
            before.FindGpu(slice.Gpu)!.Draw(), after.FindGpu(slice.Gpu)!.Draw()));
        return View(placed.Pod.Key, placed.Node, [.. slices], null);
    }

    private static CutGpuView Cut(PlannedNode node, GpuCut cut) => new(
        cut.Gpu, node.Before.FindGpu(cut.Gpu)!.Draw(), node.After.FindGpu(cut.Gpu)!.Draw(), [.. cut.Destroyed.Select(ShapeOf)], [.. cut.Created.Select(ShapeOf)]);

    private static StaysOutView StaysOut(PodOutcome.StaysOut pod, Func<string, string?> nameOf) => new(
        pod.Reason.Name(), pod.Told, [.. pod.Refusals.Select(count => count.ToString())], pod.Nearest is { } nearest ? Nearest(nearest, nameOf) : null);

    private static string Nearest(NearestPlace nearest, Func<string, string?> nameOf)
    {
        var place = nearest.Gpu is { } gpu ? $"GPU {gpu} of {nearest.Node}" : nearest.Node;
        return nearest switch
        {
            { InTheWay.Count: > 0 } => $"{place}, where {string.Join(" and ", nearest.InTheWay.Select(slice => $"{ShapeOf(slice.Shape)} ({Holder(slice, nameOf)})"))} {(nearest.InTheWay.Count == 1 ? "is" : "are")} in the way",
            { MissingGB: > 0 } => $"{place}, where {nearest.MissingGB} GB are lacking",
            _ => $"{place}: {nearest.Refusal}",
        };
    }

    private static string Holder(Slice slice, Func<string, string?> nameOf) =>
        slice.OwnerUid is { } uid ? nameOf(uid) ?? $"a pod with uid {uid}" : "somebody unknown";

    /// <summary><c>1g.10gb@6</c>: a promise without its GPU.</summary>
    private static string ShapeOf(SliceShape shape)
    {
        var promise = shape.PromiseOn(0);
        return promise[(promise.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }
}
