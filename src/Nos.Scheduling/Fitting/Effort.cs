namespace Nos.Scheduling.Fitting;

/// <summary>What giving slices takes: how many are cut, how many free ones are destroyed, how large those are together. Compared in that order.</summary>
/// <remarks>One number, so that a table of thousands compares and adds quickly. Up to a million of each; the default value is no effort at all.</remarks>
internal readonly record struct Effort(long Packed) : IComparable<Effort>
{
    private const int Field = 20;

    /// <summary>No way exists. Adding to it leaves it the largest.</summary>
    internal static Effort Impossible { get; } = new(long.MaxValue / 2);

    internal bool IsPossible => Packed < Impossible.Packed;

    /// <summary>An effort; <paramref name="size"/> in memory slices (MIG) or GB (MPS).</summary>
    internal static Effort Of(int cuts, int destroyed, int size) => new(((long)cuts << Field | (uint)destroyed) << Field | (uint)size);

    /// <summary>That of one slice.</summary>
    internal static Effort Of(Candidate way) => Of(way.IsReuse ? 0 : 1, way.Destroyed, way.DestroyedSize);

    public static Effort operator +(Effort left, Effort right) => new(Math.Min(left.Packed + right.Packed, Impossible.Packed));

    public static Effort operator -(Effort left, Effort right) => new(left.Packed - right.Packed);

    public int CompareTo(Effort other) => Packed.CompareTo(other.Packed);
}
