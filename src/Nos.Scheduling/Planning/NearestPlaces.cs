using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>Says why a pod stays out and where it is nearest.</summary>
internal static class NearestPlaces
{
    /// <summary>The refusals of all nodes, counted, and the place that lacks least; of equal ones the first by node, GPU and start.</summary>
    internal static PodOutcome.StaysOut Explain(PendingPod pod, IReadOnlyList<Node> nodes)
    {
        var suitability = new NodeSuitability(pod.Demand, pod.Requirements);
        var counts = new Dictionary<Refusal, int>();
        NearestPlace? nearest = null;
        foreach (var node in nodes)
        {
            var refusal = suitability.Check(node);
            counts[refusal] = counts.GetValueOrDefault(refusal) + 1;
            if (Closeness(refusal) > 0 && (nearest is null || Closeness(refusal) >= Closeness(nearest.Refusal)))
            {
                var place = On(node, refusal, pod.Demand);
                nearest = nearest is null || IsNearer(place, nearest) ? place : nearest;
            }
        }

        var ordered = counts.OrderByDescending(count => Closeness(count.Key)).ThenByDescending(count => count.Value).ThenBy(count => count.Key.ToString(), StringComparer.Ordinal);
        return new PodOutcome.StaysOut(pod, [.. ordered.Select(count => new RefusalCount(count.Key, count.Value))], nearest);
    }

    /// <summary>How near to a yes; 0 where nothing that happens to the node's pods, taints or agent would help.</summary>
    private static int Closeness(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Resource => 4,
        RefusalKind.Slices when refusal.Misfit.IsResolvable() => 3,
        RefusalKind.Taint => 2,
        RefusalKind.NotReady => 1,
        RefusalKind.Slices when refusal.Misfit is not (Misfit.ProfileNotOffered or Misfit.NodeNotManaged or Misfit.NotAdmitted) => 1,
        _ => 0,
    };

    private static bool IsNearer(NearestPlace place, NearestPlace than)
    {
        var order = Closeness(than.Refusal).CompareTo(Closeness(place.Refusal));
        order = order != 0 ? order : Cost(place).CompareTo(Cost(than));
        return order < 0;
    }

    private static (int, int) Cost(NearestPlace place) => (place.InTheWay.Count, place.InTheWay.Sum(slice => slice.Shape.MemoryGB) + place.MissingGB);

    private static NearestPlace On(Node node, Refusal refusal, PodDemand demand)
    {
        var place = new NearestPlace(node.Name, refusal, null, [], 0);
        if (refusal.Kind != RefusalKind.Slices || !refusal.Misfit.IsResolvable())
        {
            return place;
        }

        // Of several slices the largest is the hardest to place.
        var request = demand.Slices.MaxBy(slice => slice.Resource.MemoryGB);
        return node.Gpus.Where(gpu => !gpu.IsLost)
            .SelectMany(gpu => request.Resource.IsMig ? OnMig(gpu, request, place) : OnMps(gpu, request, place))
            .DefaultIfEmpty(place)
            .MinBy(Cost)!;
    }

    private static IEnumerable<NearestPlace> OnMig(Gpu gpu, SliceRequest request, NearestPlace place) =>
        (gpu.Model.Find(request.Resource.Profile!)?.Placements ?? [])
            .Select(at => place with { Gpu = gpu.Index, InTheWay = [.. gpu.Slices.Where(slice => !slice.IsFree && Candidates.MustGo(slice, at)).OrderBy(slice => slice.Shape.Start)] })
            .Where(at => at.InTheWay.Count > 0);

    private static IEnumerable<NearestPlace> OnMps(Gpu gpu, SliceRequest request, NearestPlace place) =>
        request.Resource.MemoryGB <= gpu.Model.UsableGB
            ? [place with { Gpu = gpu.Index, MissingGB = Math.Max(0, request.Resource.MemoryGB - (gpu.Model.UsableGB - gpu.HeldGB)) }]
            : [];
}
