using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>A node among those that take a pod, in the order of <see cref="Candidate.CompareAcrossNodes"/> and then of names. Small, so that sorting moves little.</summary>
internal readonly struct RankedNode : IComparable<RankedNode>
{
    private readonly double cost;
    private readonly double loss;
    private readonly long rest;
    private readonly string name;

    private RankedNode(int place, string name, double cost, double loss, long rest) => (Place, this.name, this.cost, this.loss, this.rest) = (place, name, cost, loss, rest);

    /// <summary>Where it is in the caller's list.</summary>
    internal int Place { get; }

    /// <summary>The node with its best way. First-fit goes by names alone.</summary>
    internal static RankedNode Of(int place, Node node, in Candidate way, PlacementPolicy policy) => policy == PlacementPolicy.FirstFit
        ? new RankedNode(place, node.Name, 0, 0, 0)
        : new RankedNode(place, node.Name, way.Cost, way.Loss, ((long)way.Changes << 32) + ((0xFFFFL - way.Fullness) << 16) + way.Gpu);

    /// <inheritdoc/>
    public int CompareTo(RankedNode other)
    {
        var order = cost.CompareTo(other.cost);
        order = order != 0 ? order : (rest >> 32).CompareTo(other.rest >> 32);
        order = order != 0 ? order : loss.CompareTo(other.loss);
        order = order != 0 ? order : rest.CompareTo(other.rest);
        return order != 0 ? order : string.CompareOrdinal(name, other.name);
    }
}
