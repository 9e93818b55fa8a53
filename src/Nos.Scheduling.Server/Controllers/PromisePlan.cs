using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides which promises on one node are not the truth. Pure.</summary>
/// <remarks>
/// kubelet may give a pod another slice than the promised one of the same resource, and knows pods that nobody promised anything. What the agent
/// reports is the truth. Until it has reported all that a pod asks for, the promise stays: half a truth would free what the pod is about to get.
/// </remarks>
internal static class PromisePlan
{
    /// <param name="pods">The pods that are bound to the node and have not ended.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none.</param>
    /// <returns>The pods to correct, by name.</returns>
    internal static IReadOnlyList<PromiseCorrection> Of(IEnumerable<PodRecord> pods, GpuNodeDocument? gpuNode) =>
    [
        .. pods.OrderBy(pod => pod.Key, StringComparer.Ordinal).Select(pod => Correct(pod, gpuNode)).OfType<PromiseCorrection>(),
    ];

    private static PromiseCorrection? Correct(PodRecord pod, GpuNodeDocument? gpuNode)
    {
        // Most pods of a cluster.
        if (!pod.Demand.AsksForSlices && pod.Promise.Count == 0 && !pod.IsPromiseUnreadable)
        {
            return null;
        }

        var held = ReportedSlices.Of(pod, gpuNode);
        if (!IsAllReported(pod.Demand, held))
        {
            return null;
        }

        var truth = Write(pod.Demand, held);
        return truth.SequenceEqual(pod.Promise) && !pod.IsPromiseUnreadable
            ? null
            : new PromiseCorrection(pod, truth.Count == 0 ? null : string.Join(',', truth));
    }

    private static bool IsAllReported(PodDemand demand, IReadOnlyList<HeldSlice> held) => demand.Slices
        .GroupBy(request => request.Resource)
        .All(like => held.Count(slice => slice.Resource == like.Key) >= like.Count());

    /// <summary>What the pod has, container by container, as promises are written: by container, resource, GPU, start.</summary>
    private static List<PromisedSlice> Write(PodDemand demand, IReadOnlyList<HeldSlice> held)
    {
        var places = Match(demand, held);
        return
        [
            .. held.SelectMany((slice, index) => UsersOf(slice, places[index], demand).Select(container => (slice.Resource, Slice: slice.Slice with { Container = container })))
                .OrderBy(entry => entry.Slice.Container, StringComparer.Ordinal)
                .ThenBy(entry => entry.Resource?.Name, StringComparer.Ordinal)
                .ThenBy(entry => entry.Slice.Gpu)
                .ThenBy(entry => entry.Slice.Start)
                .Select(entry => entry.Slice),
        ];
    }

    /// <summary>
    /// Which of the pod's requests each slice serves, or -1: one of the container that the report names, those first that leave the least choice (an
    /// init container may share its slices with later ones); else the next of that resource.
    /// </summary>
    private static int[] Match(PodDemand demand, IReadOnlyList<HeldSlice> held)
    {
        var places = Enumerable.Repeat(-1, held.Count).ToArray();
        var open = Enumerable.Range(0, demand.Slices.Count).ToList();
        foreach (var index in Enumerable.Range(0, held.Count).OrderBy(index => Named(held[index]).Count()).ToList())
        {
            Take(index, Named(held[index]));
        }

        foreach (var index in Enumerable.Range(0, held.Count).Where(index => places[index] < 0))
        {
            Take(index, open.Where(request => demand.Slices[request].Resource == held[index].Resource));
        }

        return places;

        IEnumerable<int> Named(HeldSlice slice) => open.Where(request => demand.Slices[request].Resource == slice.Resource
            && demand.Shares.Any(share => share.Request == request && share.Container == slice.Slice.Container));

        void Take(int index, IEnumerable<int> requests)
        {
            places[index] = requests.DefaultIfEmpty(-1).First();
            open.Remove(places[index]);
        }
    }

    /// <summary>The containers that share the request; of a slice beyond the pod's requests the one that the report names, if any.</summary>
    private static IEnumerable<string> UsersOf(HeldSlice slice, int place, PodDemand demand) =>
        place >= 0 ? demand.Shares.Where(share => share.Request == place).Select(share => share.Container)
        : slice.Slice.Container.Length > 0 ? [slice.Slice.Container]
        : [];
}
