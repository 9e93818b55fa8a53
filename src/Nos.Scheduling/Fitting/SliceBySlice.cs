using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>
/// Places one slice after the other, each where it suits best, without looking ahead: for one slice, and for pods that ask for more than can be
/// searched, which may be refused though some cleverer way would take them.
/// </summary>
internal static class SliceBySlice
{
    /// <summary>Why one of the slices has no place left, or <see cref="Misfit.None"/>.</summary>
    internal static Misfit Check(Node node, PodDemand demand) => TryPlace(node, demand, new PlacementRule(PlacementPolicy.FirstFit, null), out _, out _);

    /// <summary>Where the slices go, largest first, on a node that passed <see cref="Check"/>.</summary>
    internal static (PlacedSlice[] Placed, Candidate Sum) Place(Node node, PodDemand demand, in PlacementRule rule)
    {
        if (TryPlace(node, demand, rule, out var placed, out var sum) != Misfit.None)
        {
            // What the check found counts, even where the policy leads elsewhere.
            TryPlace(node, demand, new PlacementRule(PlacementPolicy.FirstFit, null), out placed, out sum);
        }

        return (placed, sum);
    }

    private static Misfit TryPlace(Node node, PodDemand demand, in PlacementRule rule, out PlacedSlice[] placed, out Candidate sum)
    {
        placed = new PlacedSlice[demand.Slices.Count];
        var isFirst = true;
        sum = default;
        foreach (var index in PodPlacer.LargestFirst(demand))
        {
            var request = demand.Slices[index];
            if (Candidates.Best(node, request, rule) is not { } way)
            {
                return new NodeFilter(PodDemand.Of([new ContainerDemand("one", ContainerKind.Main, request.Resource, 1, request.Mps)])).Check(node);
            }

            sum = isFirst ? way : sum.And(way);
            isFirst = false;
            (placed[index], node) = NodePlacer.Take(node, way, request);
        }

        return Misfit.None;
    }
}
