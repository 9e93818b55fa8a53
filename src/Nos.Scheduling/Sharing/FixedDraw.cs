namespace Nos.Scheduling.Sharing;

/// <summary>Numbers that look random and are the same every time. Source: SplitMix64, Steele, Lea and Flood 2014.</summary>
internal struct FixedDraw(ulong seed)
{
    private ulong state = seed;

    /// <summary>A number from 0 on, below 1.</summary>
    internal double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A whole number from 0 on, below <paramref name="limit"/>.</summary>
    internal int Below(int limit) => (int)(Next() % (ulong)limit);

    private ulong Next()
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
