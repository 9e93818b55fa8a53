namespace Nos.Scheduling.Tests.Cli.Simulation;

/// <summary>Made-up arrivals and departures, the same ones every time.</summary>
internal static class MigWorkload
{
    internal static readonly string[] Profiles = ["1g.10gb", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"];

    private static readonly int[] Parts = [30, 10, 25, 20, 5, 10];

    /// <summary>Events with header: pods of the churn-mixed kind; each leaves after a while.</summary>
    internal static string[] Churn(int pods, double hoursBetween, ulong seed)
    {
        var events = new List<(double Hours, string Line)>();
        var hours = 0.0;
        for (var pod = 0; pod < pods; pod++)
        {
            hours += -Math.Log(Next(ref seed)) * hoursBetween;
            var draw = Next(ref seed) * 100;
            var profile = Profiles[Enumerable.Range(0, 6).First(index => draw < Parts[..(index + 1)].Sum() || index == 5)];
            events.Add((hours, $"arrive,pod-{pod},{profile}"));
            events.Add((hours - (Math.Log(Next(ref seed)) * 2), $"depart,pod-{pod},{profile}"));
        }

        return ["order,event,pod,profile,time", .. events.OrderBy(line => line.Hours).Select((line, order) => FormattableString.Invariant($"{order},{line.Line},{line.Hours:F5}"))];
    }

    /// <summary>A number above 0, at most 1. Source: SplitMix64.</summary>
    private static double Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (((mixed ^ (mixed >> 31)) >> 11) + 1) / (double)(1UL << 53);
    }
}
