using System.Diagnostics;
using System.Globalization;

namespace Nos.Scheduling.Cli.Simulation;

/// <summary>Tells people how far a long run is: nothing in the first two seconds, then a line a second at most.</summary>
/// <param name="what">What runs.</param>
/// <param name="total">How many steps there are.</param>
/// <param name="output">Where to say it.</param>
internal sealed class Progress(string what, int total, TextWriter output)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan next = TimeSpan.FromSeconds(2);

    /// <summary>That many steps are done.</summary>
    internal void Report(int done)
    {
        if ((done & 15) == 0 && clock.Elapsed is var elapsed && elapsed >= next)
        {
            next = elapsed + Pace;
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {done:N0} of {total:N0} arrivals in {elapsed.TotalSeconds:F0} s"));
        }
    }
}
