using System.Diagnostics;

namespace Nos.Scheduling.Cli.Simulation;

/// <summary>Counts decisions and the time that they took; reading and writing files does not count.</summary>
internal sealed class RunClock
{
    private readonly Stopwatch clock = new();
    private long decisions;

    /// <summary>Unit: seconds.</summary>
    internal double Seconds => clock.Elapsed.TotalSeconds;

    /// <summary>Decisions in a second of deciding; 0 before the first.</summary>
    internal double PerSecond => decisions == 0 ? 0 : decisions / Math.Max(clock.Elapsed.TotalSeconds, 1e-9);

    /// <summary>Takes one decision.</summary>
    internal T Decide<T>(Func<T> decision)
    {
        decisions++;
        clock.Start();
        try
        {
            return decision();
        }
        finally
        {
            clock.Stop();
        }
    }
}
