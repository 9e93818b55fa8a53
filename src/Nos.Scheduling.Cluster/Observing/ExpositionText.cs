using System.Buffers;
using System.Globalization;
using System.Text;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Writes the lines of Prometheus' text format, version 0.0.4.</summary>
internal static class ExpositionText
{
    /// <summary>The format's media type.</summary>
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly SearchValues<char> Escaped = SearchValues.Create("\\\"\n");

    /// <summary>The lines in front of a metric's samples.</summary>
    internal static void WriteHeader(IBufferWriter<byte> writer, MetricDefinition metric)
    {
        writer.Write("# HELP "u8);
        WriteText(writer, metric.Name);
        writer.Write(" "u8);
        WriteText(writer, metric.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal));
        writer.Write("\n# TYPE "u8);
        WriteText(writer, metric.Name);
        writer.Write(metric.Type switch
        {
            MetricType.Counter => " counter\n"u8,
            MetricType.Gauge => " gauge\n"u8,
            _ => " histogram\n"u8,
        });
    }

    /// <summary>One sample.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="metric">Whose.</param>
    /// <param name="suffix"><c>_bucket</c>, <c>_sum</c>, <c>_count</c> or empty.</param>
    /// <param name="labels">As many as the metric has; empty ones are left out.</param>
    /// <param name="bound">The bucket's bound, or <see langword="null"/>.</param>
    /// <param name="value">The value.</param>
    internal static void WriteSample(
        IBufferWriter<byte> writer, MetricDefinition metric, string suffix, ReadOnlySpan<string> labels, string? bound, double value)
    {
        WriteText(writer, metric.Name);
        WriteText(writer, suffix);
        var opening = "{"u8;
        for (var index = 0; index < labels.Length; index++)
        {
            if (labels[index].Length > 0)
            {
                WriteLabel(writer, opening, metric.Labels[index], labels[index]);
                opening = ","u8;
            }
        }

        if (bound is not null)
        {
            WriteLabel(writer, opening, "le", bound);
            opening = ","u8;
        }

        writer.Write(opening[0] == ',' ? "} "u8 : " "u8);
        WriteNumber(writer, value);
        writer.Write("\n"u8);
    }

    /// <summary>A number as both sides of the format write it.</summary>
    internal static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static void WriteLabel(IBufferWriter<byte> writer, ReadOnlySpan<byte> opening, string name, string value)
    {
        writer.Write(opening);
        WriteText(writer, name);
        writer.Write("=\""u8);
        var rest = value.AsSpan();
        while (rest.IndexOfAny(Escaped) is var index and >= 0)
        {
            WriteText(writer, rest[..index]);
            writer.Write(rest[index] switch
            {
                '\\' => "\\\\"u8,
                '"' => "\\\""u8,
                _ => "\\n"u8,
            });
            rest = rest[(index + 1)..];
        }

        WriteText(writer, rest);
        writer.Write("\""u8);
    }

    private static void WriteNumber(IBufferWriter<byte> writer, double value)
    {
        const int longest = 32;
        if (double.IsFinite(value) && value.TryFormat(writer.GetSpan(longest), out var written, default, CultureInfo.InvariantCulture))
        {
            writer.Advance(written);
        }
        else
        {
            WriteText(writer, Number(value));
        }
    }

    private static void WriteText(IBufferWriter<byte> writer, ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, writer);
}
