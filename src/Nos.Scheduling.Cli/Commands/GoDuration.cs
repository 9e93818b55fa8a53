using System.Globalization;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cli.Commands;

/// <summary>Lengths of time as Go writes them: <c>700ms</c>, <c>10s</c>, <c>1m30s</c>.</summary>
internal static partial class GoDuration
{
    /// <summary>Reads one.</summary>
    /// <returns>The length, or <see langword="null"/> where <paramref name="text"/> is none, is negative or is longer than a thousand hours.</returns>
    internal static TimeSpan? Parse(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        if (!Parts().IsMatch(text))
        {
            return null;
        }

        var seconds = Part().Matches(text).Sum(part =>
            double.Parse(part.Groups[1].Value, CultureInfo.InvariantCulture) * part.Groups[2].Value switch { "h" => 3600, "m" => 60, "s" => 1, _ => 0.001 });
        return seconds <= 3_600_000 ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)) : null;
    }

    /// <summary>Writes one, to the millisecond: <c>15s</c>, <c>5700ms</c>.</summary>
    internal static string Format(TimeSpan length) => length.Milliseconds == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)length.TotalSeconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)length.TotalMilliseconds}ms");

    [GeneratedRegex(@"^(\d+(\.\d+)?(h|ms|m|s))+$")]
    private static partial Regex Parts();

    [GeneratedRegex(@"(\d+(?:\.\d+)?)(h|ms|m|s)")]
    private static partial Regex Part();
}
