using System.Globalization;
using System.Text.Json.Serialization;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>A Kubernetes quantity, <c>10Gi</c> or <c>250m</c>, kept as it was written. The default is 0.</summary>
/// <param name="Text">As written; <see langword="null"/> in the default value.</param>
[JsonConverter(typeof(QuantityConverter))]
public readonly record struct Quantity(string? Text)
{
    private const decimal MostNanos = long.MaxValue * 1_000_000_000m;

    /// <summary>The amount in thousandths (cpu: millicores), rounded up, saturating at <see cref="long"/>'s ends. 0 where it is no quantity.</summary>
    public long Milli => TryParse(Text, out var milli) ? milli : 0;

    /// <summary>The amount in units, rounded up as Kubernetes does, saturating at <see cref="long"/>'s ends. 0 where it is no quantity.</summary>
    public long Value => !TryRead(Text, out var amount, out var scale, out var isNegative) ? 0 : Saturate(amount, scale / 1000, isNegative);

    /// <summary>Whether the text is a quantity.</summary>
    public bool IsValid => TryParse(Text, out _);

    /// <summary>A whole number as a quantity.</summary>
    public static Quantity Of(long value) => new(value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether the quantity is a whole number of units.</summary>
    public bool IsWhole => Milli % 1000 == 0;

    /// <summary>Whether it is below 0, however little.</summary>
    public bool IsNegative => Text is ['-', ..] && Nanos < 0;

    /// <summary>Whether it is the smaller amount, whatever units both are written in; compared to the nano, as Kubernetes keeps amounts.</summary>
    public bool IsLessThan(Quantity other) => Nanos < other.Nanos;

    /// <summary>Reads a quantity into thousandths, rounded up; what does not fit saturates.</summary>
    public static bool TryParse(string? text, out long milli)
    {
        var isQuantity = TryRead(text, out var amount, out var scale, out var isNegative);

        milli = isQuantity ? Saturate(amount, scale, isNegative) : 0;
        return isQuantity;
    }

    /// <inheritdoc/>
    public override string ToString() => Text ?? "0";

    /// <summary>Unit: billionths, rounded away from 0; at most 2^63 - 1 units, as in Kubernetes. 0 where it is no quantity.</summary>
    private decimal Nanos => !TryRead(Text, out var amount, out var scale, out var isNegative) ? 0
        : (amount is { } known ? Magnitude(Math.Abs(known), scale) : MostNanos) * (isNegative ? -1 : 1);

    private static decimal Magnitude(decimal amount, decimal scale) =>
        amount >= long.MaxValue / (scale / 1000) ? MostNanos : decimal.Ceiling(amount * scale * 1_000_000);

    /// <param name="text">The quantity.</param>
    /// <param name="amount">Its number; <see langword="null"/> where no decimal can hold it.</param>
    /// <param name="scale">Thousandths in one unit of its suffix.</param>
    /// <param name="isNegative">Whether the number has a minus and is not 0.</param>
    private static bool TryRead(string? text, out decimal? amount, out decimal scale, out bool isNegative)
    {
        (amount, scale, isNegative) = (null, 0, false);
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
        if (Scale(digits[suffixAt..]) is not { } unit || !double.TryParse(number, styles, CultureInfo.InvariantCulture, out var rough))
        {
            return false;
        }

        (amount, scale, isNegative) = (decimal.TryParse(number, styles, CultureInfo.InvariantCulture, out var exact) ? exact : null, unit, rough < 0);
        return true;
    }

    /// <param name="read">The number; <see langword="null"/> where no decimal can hold it: 1e30 is a quantity all the same.</param>
    /// <param name="scale">What one of it counts.</param>
    /// <param name="isNegative">Whether it is below 0.</param>
    private static long Saturate(decimal? read, decimal scale, bool isNegative)
    {
        if (read is not { } amount)
        {
            return isNegative ? long.MinValue : long.MaxValue;
        }

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
