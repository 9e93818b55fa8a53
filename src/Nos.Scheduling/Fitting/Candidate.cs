using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>One way to give a pod one slice on a node.</summary>
/// <param name="Gpu">The GPU's index.</param>
/// <param name="Shape">The slice: an existing free one, or one to be cut.</param>
/// <param name="IsReuse">Whether it is an existing free one.</param>
/// <param name="Destroyed">How many free slices have to go for it.</param>
/// <param name="DestroyedSize">Unit: memory slices (MIG) or GB (MPS) of those.</param>
/// <param name="Cost">What the policy holds against it; lower is better, 0 for reuse.</param>
/// <param name="Loss">What it takes from later pods, reuse or not: of several free slices of the right shape the one with the least is taken.</param>
/// <param name="Fullness">Unit: memory slices (MIG) or GB (MPS) held on the GPU before; 0 where the policy does not mind.</param>
public readonly record struct Candidate(
    int Gpu, SliceShape Shape, bool IsReuse, int Destroyed, int DestroyedSize, double Cost, double Loss, int Fullness)
{
    /// <summary>How many changes it takes: none for reuse, else one creation and the destructions.</summary>
    public int Changes => IsReuse ? 0 : 1 + Destroyed;

    /// <summary>
    /// On one node: reuse first, then the fewest slices destroyed, then the smallest, then the lowest loss, the fuller GPU, the lower
    /// index, the lower start.
    /// </summary>
    public int CompareOnNode(Candidate other)
    {
        var order = Changes.CompareTo(other.Changes);
        order = order != 0 ? order : DestroyedSize.CompareTo(other.DestroyedSize);
        order = order != 0 ? order : Loss.CompareTo(other.Loss);
        order = order != 0 ? order : other.Fullness.CompareTo(Fullness);
        order = order != 0 ? order : Gpu.CompareTo(other.Gpu);
        return order != 0 ? order : Shape.Start.CompareTo(other.Shape.Start);
    }

    /// <summary>Between nodes: the lowest cost, then the fewest changes, the lowest loss, the fuller GPU, the lower index. Node names break what ties are left.</summary>
    public int CompareAcrossNodes(Candidate other)
    {
        var order = Cost.CompareTo(other.Cost);
        order = order != 0 ? order : Changes.CompareTo(other.Changes);
        order = order != 0 ? order : Loss.CompareTo(other.Loss);
        order = order != 0 ? order : other.Fullness.CompareTo(Fullness);
        return order != 0 ? order : Gpu.CompareTo(other.Gpu);
    }

    /// <summary>Both, one after the other: what they take adds up; the place is this one's.</summary>
    public Candidate And(Candidate next) => this with
    {
        IsReuse = IsReuse && next.IsReuse,
        Destroyed = Changes + next.Changes - (IsReuse && next.IsReuse ? 0 : 1),
        DestroyedSize = DestroyedSize + next.DestroyedSize,
        Cost = Cost + next.Cost,
        Loss = Loss + next.Loss,
    };
}
