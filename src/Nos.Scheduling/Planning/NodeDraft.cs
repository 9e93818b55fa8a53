using System.Collections.Immutable;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Planning;

/// <summary>One node in a plan that is being made. Immutable.</summary>
/// <param name="Bare">The node without the plan's pods.</param>
/// <param name="Now">The node with them.</param>
/// <param name="Pods">The plan's pods on it.</param>
internal sealed record NodeDraft(Node Bare, Node Now, ImmutableArray<(PendingPod Pod, NodePlacement Placement)> Pods)
{
    internal static NodeDraft Of(Node bare) => new(bare, bare, []);

    /// <summary>With one more pod, in the best place that is left; <see langword="null"/> where none is.</summary>
    /// <remarks>Whether the pod may be on such a node at all is asked before.</remarks>
    internal NodeDraft? With(PendingPod pod, in PlacementRule rule) =>
        Now.Room.Holds(pod.Demand.Room) && Now.Others.FirstMissing(pod.Demand.Others) is null && NodePlacer.Place(Now, pod.Demand, rule.Policy, rule.Prices) is { } placement
            ? With(pod, placement)
            : null;

    /// <summary>Whether these pods might all go onto the node together, by the memory of its GPUs alone: no is certain, and cheap.</summary>
    internal bool MightHold(IReadOnlyList<PendingPod> pods)
    {
        var room = 0;
        foreach (var gpu in Bare.Gpus)
        {
            room += gpu.IsLost ? 0 : Bare.Mode == PartitioningMode.Mig ? gpu.Model.MemorySlices - gpu.Held.Count : gpu.Model.UsableGB - gpu.HeldGB;
        }

        foreach (var pod in pods)
        {
            foreach (var slice in pod.Demand.Slices)
            {
                room -= LeastTaken(slice.Resource);
            }
        }

        return room >= 0;
    }

    /// <summary>With exactly these pods, moved about on the node as need be; <see langword="null"/> where it does not hold them all at once.</summary>
    /// <remarks>One after the other, largest first, does it most often; else all together, which is exact.</remarks>
    internal NodeDraft? Repacked(IReadOnlyList<PendingPod> pods, in PlacementRule rule)
    {
        var draft = Of(Bare);
        foreach (var pod in PlanningOrder.BySize(pods, largestFirst: true))
        {
            draft = draft.With(pod, rule);
            if (draft is null)
            {
                return Together(pods, rule);
            }
        }

        return draft;
    }

    /// <summary>Unit: memory slices (MIG) or GB (MPS) that a slice takes on the GPU of the node where it takes the least; 0 where none knows it.</summary>
    private int LeastTaken(SliceResource resource)
    {
        if (resource.Profile is not { } profile)
        {
            return resource.MemoryGB;
        }

        var least = int.MaxValue;
        GpuModel? last = null;
        foreach (var gpu in Bare.Gpus)
        {
            if (gpu.Model != last && gpu.Model.Find(profile) is { } known)
            {
                least = Math.Min(least, known.MemorySlices);
            }

            last = gpu.Model;
        }

        return least == int.MaxValue ? 0 : least;
    }

    private NodeDraft? Together(IReadOnlyList<PendingPod> pods, in PlacementRule rule)
    {
        var together = PodDemand.Together([.. pods.Select(pod => pod.Demand)]);
        if (!Bare.Room.Holds(together.Room) || Bare.Others.FirstMissing(together.Others) is not null || NodePlacer.Place(Bare, together, rule.Policy, rule.Prices) is not { } all)
        {
            return null;
        }

        var draft = Of(Bare);
        var next = 0;
        foreach (var pod in pods)
        {
            draft = draft!.With(pod, new NodePlacement([.. all.Slices.Skip(next).Take(pod.Demand.Slices.Count)]));
            next += pod.Demand.Slices.Count;
        }

        return draft;
    }

    private NodeDraft? With(PendingPod pod, NodePlacement placement) =>
        PlacementTaking.Take(Now, placement, pod.Demand, pod.Uid) is var (node, taken) ? this with { Now = node, Pods = Pods.Add((pod, taken)) } : null;
}
