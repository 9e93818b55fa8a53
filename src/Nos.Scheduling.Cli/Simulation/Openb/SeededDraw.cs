namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>Random whole numbers that depend on the seed alone, today and with any later runtime. Source: SplitMix64, Steele, Lea and Flood 2014.</summary>
internal sealed class SeededDraw(ulong seed)
{
    private ulong state = seed;

    /// <summary>A number from 0 on, below <paramref name="limit"/>.</summary>
    internal int Below(int limit)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) % (ulong)limit);
    }
}
