using System.Globalization;
using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A Kubernetes quantity, <c>10Gi</c> or <c>250m</c>, kept as it was written. The default is 0.</summary>
/// <param name="Text">As written; <see langword="null"/> in the default value.</param>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string? Text)
{
    /// <summary>The amount in thousandths (cpu: millicores), rounded up, saturating at <see cref="long"/>'s ends. 0 where it is no quantity.</summary>
    public long Milli => TryParse(Text, out var milli) ? milli : 0;

    /// <summary>The amount in units, rounded up as Kubernetes does. 0 where it is no quantity.</summary>
    public long Value => Ceiling(Milli);

    /// <summary>Whether the text is a quantity.</summary>
    public bool IsValid => TryParse(Text, out _);

    /// <summary>A whole number as a quantity.</summary>
    public static Quantity Of(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the quantity is a whole number of units.</summary>
    public bool IsWhole => Milli % 1000 == 0;

    /// <summary>Reads a quantity into thousandths, rounded up; what does not fit saturates.</summary>
    public static bool TryParse(string? text, out long milli)
    {
        milli = 0;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        var digits = text.AsSpan();
        var suffixAt = digits.LastIndexOfAnyInRange('0', '9') + 1;
        if (suffixAt > 0 && suffixAt < digits.Length && digits[suffixAt] == '.')
        {
            suffixAt++;
        }

        // "1e3" is a decimal exponent, not a suffix: its last digit belongs to the exponent.
        var number = digits[..suffixAt];
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (Scale(digits[suffixAt..]) is not { } scale || !double.TryParse(number, styles, CultureInfo.InvariantCulture, out var rough))
        {
            return false;
        }

        // 1e30 is a quantity though no decimal can hold it.
        milli = decimal.TryParse(number, styles, CultureInfo.InvariantCulture, out var amount) ? Saturate(amount, scale)
            : rough < 0 ? long.MinValue : long.MaxValue;
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? "0";

    private static long Saturate(decimal amount, decimal scale)
    {
        try
        {
            var exact = decimal.Ceiling(amount * scale);
            return exact >= long.MaxValue ? long.MaxValue : exact <= long.MinValue ? long.MinValue : (long)exact;
        }
        catch (OverflowException)
        {
            return amount < 0 ? long.MinValue : long.MaxValue;
        }
    }

    private static long Ceiling(long milli) => milli / 1000 + (milli % 1000 > 0 ? 1 : 0);

    /// <summary>Thousandths in one unit of the suffix.</summary>
    private static decimal? Scale(ReadOnlySpan<char> suffix) => suffix switch
    {
        "n" => 0.000001m,
        "u" => 0.001m,
        "m" => 1m,
        "" => 1000m,
        "k" => 1000_000m,
        "M" => 1000_000_000m,
        "G" => 1000_000_000_000m,
        "T" => 1000_000_000_000_000m,
        "P" => 1000_000_000_000_000_000m,
        "E" => 1000_000_000_000_000_000_000m,
        "Ki" => 1000m * 1024,
        "Mi" => 1000m * 1024 * 1024,
        "Gi" => 1000m * 1024 * 1024 * 1024,
        "Ti" => 1000m * 1024 * 1024 * 1024 * 1024,
        "Pi" => 1000m * 1024 * 1024 * 1024 * 1024 * 1024,
        "Ei" => 1000m * 1024 * 1024 * 1024 * 1024 * 1024 * 1024,
        _ => null,
    };
}
