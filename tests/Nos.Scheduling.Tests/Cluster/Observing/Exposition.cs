using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Tests.Cluster.Observing;

/// <summary>A strict reader of the text format: whatever a line has that the format does not know fails the test.</summary>
internal sealed partial class Exposition
{
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>Metric name to type.</summary>
    internal Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Metric name to help.</summary>
    internal Dictionary<string, string> Helps { get; } = new(StringComparer.Ordinal);

    /// <summary>Metric names in the order of their headers.</summary>
    internal List<string> Order { get; } = [];

    /// <summary>Series, as written without the value, to value.</summary>
    internal Dictionary<string, double> Samples { get; } = new(StringComparer.Ordinal);

    internal static Exposition Read(MetricRegistry metrics) => Parse(Text(metrics));

    internal static string Text(MetricRegistry metrics)
    {
        var buffer = new ArrayBufferWriter<byte>();
        metrics.Write(buffer);
        return new UTF8Encoding(false, true).GetString(buffer.WrittenSpan);
    }

    internal static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var exposition = new Exposition();
        foreach (var line in text[..^1].Split('\n'))
        {
            exposition.Take(line);
        }

        Assert.Equal(exposition.Helps.Keys.Order(), exposition.Types.Keys.Order());
        return exposition;
    }

    /// <summary>The values of one label over the samples of a metric, in order.</summary>
    internal IEnumerable<string> Label(string metric, string label) => Samples.Keys
        .Where(series => series.StartsWith(metric + "{", StringComparison.Ordinal))
        .SelectMany(series => Labels().Matches(series).Where(match => match.Groups["name"].Value == label).Select(match => match.Groups["value"].Value));

    private void Take(string line)
    {
        if (HelpLine().Match(line) is { Success: true } help)
        {
            Assert.True(Helps.TryAdd(help.Groups["name"].Value, help.Groups["text"].Value), $"Helped twice: {line}");
            Order.Add(help.Groups["name"].Value);
        }
        else if (TypeLine().Match(line) is { Success: true } type)
        {
            Assert.Equal(Order[^1], type.Groups["name"].Value);
            Assert.True(Types.TryAdd(type.Groups["name"].Value, type.Groups["type"].Value), $"Typed twice: {line}");
        }
        else
        {
            var sample = SampleLine().Match(line);
            Assert.True(sample.Success, $"Not a line of the format: {line}");
            Assert.True(seen.Add(sample.Groups["series"].Value), $"Told twice: {line}");
            Assert.Contains(sample.Groups["name"].Value, NamesOf(Order[^1], Types[Order[^1]]));
            Samples.Add(sample.Groups["series"].Value, Value(sample.Groups["value"].Value));
        }
    }

    private static string[] NamesOf(string metric, string type) => type == "histogram" ? [$"{metric}_bucket", $"{metric}_sum", $"{metric}_count"] : [metric];

    private static double Value(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(@"\A# HELP (?<name>[a-z][a-z0-9_]*) (?<text>(?:[^\\]|\\\\|\\n)+)\z")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"\A# TYPE (?<name>[a-z][a-z0-9_]*) (?<type>counter|gauge|histogram)\z")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""\A(?<series>(?<name>[a-z][a-z0-9_]*)(\{[a-z_][a-z0-9_]*="([^\\"]|\\\\|\\"|\\n)*"(,[a-z_][a-z0-9_]*="([^\\"]|\\\\|\\"|\\n)*")*\})?) (?<value>\S+)\z""")]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<name>[a-z_][a-z0-9_]*)="(?<value>([^\\"]|\\\\|\\"|\\n)*)"[,}]""")]
    private static partial Regex Labels();
}
