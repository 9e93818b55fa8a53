using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Documents;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("10Pi", 11_258_999_068_426_240)]
    [InlineData("9Ei", long.MaxValue)]
    [InlineData("-1e30", long.MinValue)]
    [InlineData("1500m", 2)]
    [InlineData("1n", 1)]
    public void Counts_units_beyond_what_thousandths_would_hold(string text, long units) => Assert.Equal(units, new Quantity(text).Value);

    [Theory]
    [InlineData("999m", "1")]
    [InlineData("1n", "2n")]
    [InlineData("1023Mi", "1Gi")]
    [InlineData("1G", "1Gi")]
    [InlineData("1e3", "1001")]
    [InlineData("1E", "1Ei")]
    [InlineData("4Ei", "5Ei")]
    [InlineData("-1", "-1m")]
    [InlineData(".5", "0.500000001")]
    [InlineData("-1e400", "0")]
    [InlineData("7", "1e400")]
    public void The_smaller_amount_is_found_whatever_the_units(string smaller, string larger)
    {
        Assert.True(new Quantity(smaller).IsLessThan(new Quantity(larger)));
        Assert.False(new Quantity(larger).IsLessThan(new Quantity(smaller)));
    }

    [Theory]
    [InlineData("1", "1000m")]
    [InlineData("+2Ki", "2048")]
    [InlineData("0", "-0")]
    [InlineData("8Ei", "1e400")] // Kubernetes keeps nothing larger than 2^63 - 1.
    public void The_same_amount_is_not_less(string one, string other)
    {
        Assert.False(new Quantity(one).IsLessThan(new Quantity(other)));
        Assert.False(new Quantity(other).IsLessThan(new Quantity(one)));
    }

    [Theory]
    [InlineData("-1", true)]
    [InlineData("-1n", true)]
    [InlineData("-1e-9", true)]
    [InlineData("-1e400", true)]
    [InlineData("-0", false)]
    [InlineData("-0.0Gi", false)]
    [InlineData("1e-3", false)]
    [InlineData("banana", false)]
    public void Negative_is_what_is_below_zero_however_little(string text, bool expected) => Assert.Equal(expected, new Quantity(text).IsNegative);

    [Theory]
    [InlineData("250m", 250)]
    [InlineData("2Gi", 2L * 1024 * 1024 * 1024 * 1000)]
    [InlineData("1e400", long.MaxValue)]
    [InlineData("-1e400", long.MinValue)]
    public void Thousandths_saturate(string text, long milli) => Assert.Equal(milli, new Quantity(text).Milli);

    [Theory]
    [InlineData("")]
    [InlineData("ten")]
    [InlineData("10GB")]
    [InlineData("1 Gi")]
    [InlineData("1e0.5")]
    public void Other_texts_are_no_quantities(string text) => Assert.False(new Quantity(text).IsValid);
}
