using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Resources;

public sealed class ResourceAmountsTests
{
    [Fact]
    public void Adds_up_takes_away_and_takes_the_larger_by_name()
    {
        var left = Of(("b", 2), ("a", 1));
        var right = Of(("b", 5), ("c", 3));

        Assert.Equal(Of(("a", 1), ("b", 7), ("c", 3)), left + right);
        Assert.Equal(Of(("a", 1), ("b", -3), ("c", -3)), left - right);
        Assert.Equal(Of(("a", 1), ("b", 5), ("c", 3)), ResourceAmounts.Larger(left, right));
        Assert.Equal("a 1, b 2", left.ToString());
    }

    [Fact]
    public void What_is_left_may_be_less_than_nothing_and_names_all_that_either_names()
    {
        var have = Of(("cpu", 100), ("memory", 10), ("ephemeral-storage", 10), ("pods", 6), ("custom", 3));
        var taken = Of(("cpu", 10), ("memory", 20), ("ephemeral-storage", 10), ("pods", 5), ("custom", 1), ("gpu", 5));

        Assert.Equal(Of(("cpu", 90), ("memory", -10), ("ephemeral-storage", 0), ("pods", 1), ("custom", 2), ("gpu", -5)), have - taken);
    }

    [Fact]
    public void Nothing_is_nothing_to_add_to_take_away_or_to_miss()
    {
        var some = Of(("a", 1));

        Assert.Equal(some, some + default(ResourceAmounts));
        Assert.Equal(some, default(ResourceAmounts) + some);
        Assert.Equal(some, some - default(ResourceAmounts));
        Assert.Null(default(ResourceAmounts).FirstMissing(default));
        Assert.Equal(0, some["b"]);
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(2, null)]
    [InlineData(3, "a")]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    public void Names_the_first_of_which_there_is_too_little(long asked, string? missing) =>
        Assert.Equal(missing, Of(("a", 2)).FirstMissing(Of(("a", asked))));

    [Fact]
    public void What_is_not_there_at_all_is_missing() => Assert.Equal("b", Of(("a", 2)).FirstMissing(Of(("a", 1), ("b", 1))));

    [Fact]
    public void Sums_that_do_not_fit_stop_at_the_end()
    {
        Assert.Equal(long.MaxValue, (Of(("a", long.MaxValue)) + Of(("a", 1)))["a"]);
        Assert.Equal(long.MinValue, (Of(("a", long.MinValue)) - Of(("a", 1)))["a"]);
    }

    private static ResourceAmounts Of(params (string Name, long Amount)[] amounts) => ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));
}
