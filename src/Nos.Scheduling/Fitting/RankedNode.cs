using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>A node among those that take a pod, in the order of <see cref="Candidate.CompareAcrossNodes"/> and then of names. Small, so that sorting moves little.</summary>
internal readonly struct RankedNode : IComparable<RankedNode>
{
    private readonly double cost;
    private readonly double loss;
    private readonly long rest;
    private readonly ulong nameKey;
    private readonly string name;

    private RankedNode(int place, string name, int sharedLength, double cost, double loss, long rest) =>
        (Place, this.name, nameKey, this.cost, this.loss, this.rest) = (place, name, KeyOf(name, sharedLength), cost, loss, rest);

    /// <summary>Where it is in the caller's list.</summary>
    internal int Place { get; }

    /// <summary>The node with its best way. First-fit goes by names alone.</summary>
    /// <param name="place">Where it is in the caller's list.</param>
    /// <param name="node">The node.</param>
    /// <param name="sharedLength">How many characters all names that are compared begin with alike; any smaller number gives the same order, slower.</param>
    /// <param name="way">Its best way.</param>
    /// <param name="policy">By what ways are compared.</param>
    internal static RankedNode Of(int place, Node node, int sharedLength, in Candidate way, PlacementPolicy policy) => policy == PlacementPolicy.FirstFit
        ? new RankedNode(place, node.Name, sharedLength, 0, 0, 0)
        : new RankedNode(place, node.Name, sharedLength, way.Cost, way.Loss, ((long)way.Changes << 32) + ((0xFFFFL - way.Fullness) << 16) + way.Gpu);

    /// <inheritdoc/>
    public int CompareTo(RankedNode other)
    {
        var order = cost.CompareTo(other.cost);
        order = order != 0 ? order : (rest >> 32).CompareTo(other.rest >> 32);
        order = order != 0 ? order : loss.CompareTo(other.loss);
        order = order != 0 ? order : rest.CompareTo(other.rest);
        order = order != 0 ? order : nameKey.CompareTo(other.nameKey);
        return order != 0 ? order : string.CompareOrdinal(name, other.name);
    }

    /// <summary>The four characters after those that all names share, in ordinal order: most names of a cluster differ there, and many nodes are alike in all else.</summary>
    private static ulong KeyOf(string name, int sharedLength)
    {
        var key = 0UL;
        for (var place = sharedLength; place < sharedLength + 4; place++)
        {
            key = (key << 16) | (place < name.Length ? name[place] : '\0');
        }

        return key;
    }
}
