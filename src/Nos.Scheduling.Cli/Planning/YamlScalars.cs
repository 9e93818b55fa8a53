using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Reads plain YAML scalars as kubectl does, by YAML 1.1: <c>on</c> is a boolean, <c>010</c> is eight.</summary>
internal static partial class YamlScalars
{
    private static readonly HashSet<string> Nulls = new(StringComparer.Ordinal) { "", "~", "null", "Null", "NULL" };
    private static readonly HashSet<string> Trues = Spellings("y", "yes", "true", "on");
    private static readonly HashSet<string> Falses = Spellings("n", "no", "false", "off");

    /// <summary>The value of a scalar without quotes.</summary>
    internal static JsonNode? Read(string text)
    {
        if (Nulls.Contains(text))
        {
            return null;
        }

        if (Trues.Contains(text) || Falses.Contains(text))
        {
            return JsonValue.Create(Trues.Contains(text));
        }

        if (JsonNumber().IsMatch(text))
        {
            // Kept as written: a quantity of 0.10 is not one of 0.1000000000000000055.
            return JsonNode.Parse(text);
        }

        var digits = text.Replace("_", "", StringComparison.Ordinal);
        return Integer().IsMatch(digits) && Whole(digits) is { } whole ? JsonValue.Create(whole)
            : Float().IsMatch(digits) && double.TryParse(digits, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static HashSet<string> Spellings(params string[] words) =>
        words.SelectMany(word => new[] { word, char.ToUpperInvariant(word[0]) + word[1..], word.ToUpperInvariant() }).ToHashSet(StringComparer.Ordinal);

    private static long? Whole(string digits)
    {
        var isNegative = digits[0] == '-';
        var rest = digits.TrimStart('+', '-');
        try
        {
            var value = rest switch
            {
                ['0', 'x' or 'X', .. var hex] => Convert.ToInt64(hex, 16),
                ['0', 'b' or 'B', .. var binary] => Convert.ToInt64(binary, 2),
                ['0', 'o' or 'O', .. var octal] => Convert.ToInt64(octal, 8),
                ['0', _, ..] => Convert.ToInt64(rest, 8),
                _ => long.Parse(rest, CultureInfo.InvariantCulture),
            };
            return isNegative ? -value : value;
        }
        catch (Exception failure) when (failure is FormatException or OverflowException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$")]
    private static partial Regex JsonNumber();

    [GeneratedRegex(@"^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|[0-9]+)$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();
}
