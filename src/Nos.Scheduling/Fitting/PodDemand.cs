using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Fitting;

/// <summary>What a pod needs of a node: so many slices at once, and cpu, memory and a place among the pods.</summary>
/// <remarks>
/// Main containers and sidecars add up. An init container uses what the containers after it will have, and adds only what
/// it needs beyond that, as kubelet hands its devices on (behaviour.md section 1).
/// </remarks>
public sealed class PodDemand
{
    private PodDemand(IReadOnlyList<SliceRequest> slices, IReadOnlyList<ContainerShare> shares, NodeRoom room, ResourceAmounts others) =>
        (Slices, Shares, Room, Others) = (slices, shares, room, others);

    /// <summary>The slices needed at once, by resource name.</summary>
    public IReadOnlyList<SliceRequest> Slices { get; }

    /// <summary>Which container uses which, by container name, then by place.</summary>
    public IReadOnlyList<ContainerShare> Shares { get; }

    /// <summary>cpu, memory and one pod.</summary>
    public NodeRoom Room { get; }

    /// <summary>Every other resource; judged only where no scheduler has filtered for us.</summary>
    public ResourceAmounts Others { get; }

    /// <summary>Whether the pod needs any slice.</summary>
    public bool AsksForSlices => Slices.Count > 0;

    /// <summary>Works out what the containers need together.</summary>
    /// <param name="containers">In the order they start: init containers and sidecars as listed, then the main ones.</param>
    /// <param name="room">cpu, memory and pods.</param>
    /// <param name="others">All else.</param>
    public static PodDemand Of(IReadOnlyList<ContainerDemand> containers, NodeRoom room = default, ResourceAmounts others = default)
    {
        var slices = new List<SliceRequest>();
        var shares = new List<ContainerShare>();
        foreach (var like in containers.GroupBy(container => container.Resource).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            Add([.. like], slices, shares);
        }

        // Kept for every pod of the cluster: arrays of the right length, not lists with room to grow.
        return new PodDemand(
            slices.ToArray(), shares.OrderBy(share => share.Container, StringComparer.Ordinal).ThenBy(share => share.Request).ToArray(), room, others);
    }

    /// <summary>What several pods need of one node together, for judging whether it holds them all; which container uses what is not kept.</summary>
    /// <param name="pods">Their needs; slices keep this order.</param>
    public static PodDemand Together(IReadOnlyList<PodDemand> pods) => new(
        pods.SelectMany(pod => pod.Slices).ToArray(),
        [],
        pods.Aggregate(default(NodeRoom), (sum, pod) => sum + pod.Room),
        pods.Aggregate(default(ResourceAmounts), (sum, pod) => sum + pod.Others));

    /// <summary>Lays the containers' needs of one resource over each other; sidecars keep theirs, mains come after all sidecars.</summary>
    private static void Add(IReadOnlyList<ContainerDemand> like, List<SliceRequest> slices, List<ContainerShare> shares)
    {
        var first = slices.Count;
        var kept = 0;
        foreach (var container in like.OrderBy(container => container.Kind == ContainerKind.Main))
        {
            for (var index = 0; index < container.Count; index++)
            {
                var place = first + kept + index;
                shares.Add(new ContainerShare(container.Container, place));
                if (place == slices.Count)
                {
                    slices.Add(new SliceRequest(container.Resource, container.Mps));
                }
                else
                {
                    slices[place] = slices[place] with { Mps = Both(slices[place].Mps, container.Mps) };
                }
            }

            kept += container.Kind == ContainerKind.Init ? 0 : container.Count;
        }
    }

    /// <summary>Two containers use a share one after the other: the larger percentage, and the later container's uid, which stays longest.</summary>
    private static MpsDemand Both(MpsDemand earlier, MpsDemand later) =>
        new(Math.Max(earlier.ComputePercent, later.ComputePercent), later.Uid ?? earlier.Uid);
}
