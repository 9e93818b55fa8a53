using System.Numerics;

namespace Nos.Scheduling.Gpus;

/// <summary>A set of memory slices on one GPU: bit <c>i</c> is slice <c>i</c>.</summary>
/// <remarks>
/// <para>Unit: memory slices; 4 on an A30, 8 on an A100, 12 on an RTX PRO 6000. The default value is the empty set.</para>
/// <para>Two GPU instances never share a slice, so placing one is a question of whether two masks overlap.</para>
/// </remarks>
public readonly record struct SliceMask(ushort Bits)
{
    /// <summary>The most slices a mask can hold.</summary>
    public const int Capacity = 16;

    /// <summary>The number of slices in the set.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Whether the set is empty.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>The <paramref name="size"/> consecutive slices that begin at <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The run is empty or reaches past <see cref="Capacity"/>.</exception>
    public static SliceMask Run(int start, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + size, Capacity);
        return new SliceMask((ushort)(((1 << size) - 1) << start));
    }

    /// <summary>Whether slice <paramref name="index"/> is in the set.</summary>
    public bool Contains(int index) => (Bits >> index & 1) == 1;

    /// <summary>Whether the two sets share a slice.</summary>
    public bool Overlaps(SliceMask other) => (Bits & other.Bits) != 0;

    /// <summary>The slices in either set.</summary>
    public static SliceMask operator |(SliceMask left, SliceMask right) => new((ushort)(left.Bits | right.Bits));

    /// <summary>The slices of <paramref name="left"/> that are not in <paramref name="right"/>.</summary>
    public static SliceMask operator -(SliceMask left, SliceMask right) => new((ushort)(left.Bits & ~right.Bits));

    /// <summary>Draws the first <paramref name="width"/> slices as NVIDIA's MIG diagrams do, slice 0 on the left: <c>##......</c>.</summary>
    public string Draw(int width)
    {
        var set = this;
        return string.Concat(Enumerable.Range(0, width).Select(index => set.Contains(index) ? '#' : '.'));
    }

    /// <inheritdoc/>
    public override string ToString() => Draw(Capacity);
}
