using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides for one pod where its slices go on a node; what it works out for one node serves the next. Not shared between threads.</summary>
public sealed class PodPlacer
{
    private readonly PodDemand demand;
    private readonly PlacementRule rule;
    private readonly int[] order;
    private readonly PodPacking? packing;
    private NodeFilter filter;

    /// <summary>Gets ready for any number of nodes.</summary>
    /// <param name="demand">What the pod needs.</param>
    /// <param name="policy">By what ways of like effort are judged.</param>
    /// <param name="prices">What was learned of the pods to come; <see langword="null"/> where nothing was.</param>
    public PodPlacer(PodDemand demand, PlacementPolicy policy, SlicePrices? prices = null)
        : this(demand, new PlacementRule(policy, prices))
    {
    }

    /// <summary>Gets ready for any number of nodes.</summary>
    internal PodPlacer(PodDemand demand, PlacementRule rule)
    {
        (this.demand, this.rule, order, filter) = (demand, rule, LargestFirst(demand), new NodeFilter(demand));
        packing = demand.Slices.Count > 1 ? filter.Packing : null;
    }

    /// <summary>
    /// The place of every slice, or <see langword="null"/> where <see cref="NodeFilter"/> says no. Of all ways to place them together one that
    /// cuts the fewest, then destroys the fewest free slices, then the smallest; of these, largest slice first, each in the best way
    /// (<see cref="Candidate.CompareOnNode"/>). Equal inputs give equal answers.
    /// </summary>
    /// <remarks>A pod that asks for more than some ten unlike slices is placed slice by slice, without looking ahead.</remarks>
    public NodePlacement? Place(Node node) => Weigh(node) is { } found ? new NodePlacement(found.Placed) : null;

    /// <summary>The same, with the ways of all slices added up.</summary>
    internal (PlacedSlice[] Placed, Candidate Sum)? Weigh(Node node) =>
        filter.Check(node) != Misfit.None ? null
        : packing is not { Kinds.AreFew: true } ? SliceBySlice.Place(node, demand, rule)
        : node.Mode == PartitioningMode.Mig ? MigPlacer.Place(node, demand, order, packing.Mig, rule)
        : MpsPlacer.Place(node, demand, order, packing.Kinds, rule);

    /// <summary>The places in <see cref="PodDemand.Slices"/>, largest slice first, then by name.</summary>
    internal static int[] LargestFirst(PodDemand demand) => [.. Enumerable.Range(0, demand.Slices.Count)
        .OrderByDescending(index => demand.Slices[index].Resource.MemoryGB)
        .ThenBy(index => demand.Slices[index].Resource.Name, StringComparer.Ordinal)
        .ThenBy(index => index)];
}
