using System.Globalization;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Durations as Go programs write them: <c>700ms</c>, <c>2m</c>, <c>1h30m</c>, <c>0</c>.</summary>
/// <remarks>Resolution: 100 ns, a <see cref="TimeSpan"/>'s; what is finer is cut off. Never negative: nothing here lasts less than no time.</remarks>
public static partial class GoDuration
{
    /// <summary>Longest unit first; of several names of one unit, the one that is written comes first.</summary>
    private static readonly (string Name, decimal Ticks)[] Units =
    [
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond), ("µs", TimeSpan.TicksPerMicrosecond), ("μs", TimeSpan.TicksPerMicrosecond), ("ns", 0.01m),
    ];

    /// <summary>Reads numbers, with fractions or without, each followed by its unit, or <c>0</c> alone.</summary>
    /// <returns>Whether the text is a duration of at most about 29,000 years.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        var match = Pattern().Match(text);
        var ticks = match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures, (number, unit) =>
            decimal.Parse(number.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * TicksOf(unit.Value)).Sum();
        var fits = match.Success && ticks <= long.MaxValue;
        duration = fits ? new TimeSpan((long)ticks) : TimeSpan.Zero;
        return fits || text == "0";
    }

    /// <summary>Writes the duration in the fewest units, each at most once: <c>1h30m</c>, <c>1.5s</c>, <c>700ms</c>, <c>0</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The duration is negative.</exception>
    public static string Format(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        if (duration == TimeSpan.Zero)
        {
            return "0";
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            var (name, ticks) = Array.Find(Units, unit => duration.Ticks >= unit.Ticks);
            return Write(duration.Ticks / ticks, name);
        }

        var seconds = duration.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond;
        return Write(duration.Ticks / TimeSpan.TicksPerHour, "h") + Write(duration.Minutes, "m") + Write(seconds, "s");
    }

    private static decimal TicksOf(string unit) => Array.Find(Units, candidate => candidate.Name == unit).Ticks;

    private static string Write(decimal number, string unit) =>
        number == 0 ? string.Empty : number.ToString("0.#######", CultureInfo.InvariantCulture) + unit;

    /// <summary>At most twelve digits before the point and nine after, so that decimal products stay exact.</summary>
    [GeneratedRegex(@"\A((?<number>[0-9]{1,12}(\.[0-9]{0,9})?|\.[0-9]{1,9})(?<unit>h|ms|m|s|us|µs|μs|ns))+\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
