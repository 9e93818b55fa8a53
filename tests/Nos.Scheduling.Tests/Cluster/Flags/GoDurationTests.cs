using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("100ns", 1)]
    [InlineData("1.5us", 15)]
    [InlineData("700ms", 7_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("10s", 100_000_000)]
    [InlineData("2m", 1_200_000_000)]
    [InlineData("1m30s", 900_000_000)]
    [InlineData("1h30m", 54_000_000_000)]
    [InlineData("49h0.5s", 1_764_005_000_000)]
    public void Is_read_and_written_back_the_same_way(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out var duration));

        Assert.Equal(ticks, duration.Ticks);
        Assert.Equal(text, GoDuration.Format(duration));
    }

    [Theory]
    [InlineData("90m", "1h30m")]
    [InlineData("60s", "1m")]
    [InlineData("2m0s", "2m")]
    [InlineData("1h0m0s", "1h")]
    [InlineData("0s", "0")]
    [InlineData("0.5h", "30m")]
    [InlineData(".5s", "500ms")]
    [InlineData("5.s", "5s")]
    [InlineData("1m1m", "2m")]
    [InlineData("250µs", "250us")]
    [InlineData("99ns", "0")]
    public void Is_written_in_the_fewest_units_however_it_was_given(string given, string written)
    {
        Assert.True(GoDuration.TryParse(given, out var duration));

        Assert.Equal(written, GoDuration.Format(duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("+1s")]
    [InlineData("1 s")]
    [InlineData(" 1s")]
    [InlineData("1s ")]
    [InlineData("1s\n")]
    [InlineData("1d")]
    [InlineData("1S")]
    [InlineData("1.2.3s")]
    [InlineData(".s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("٣s")]
    [InlineData("00:00:10")]
    [InlineData("banana")]
    [InlineData("999999999999h")]
    [InlineData("9999999999999999999999999999999s")]
    public void Refuses_what_Go_does_not_write(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void Refuses_to_write_less_than_no_time() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GoDuration.Format(TimeSpan.FromTicks(-1)));

    [Fact]
    public void Reads_what_it_wrote_whatever_the_duration() => Prop.ForAll(
        ArbMap.Default.ArbFor<ulong>(),
        bits =>
        {
            var duration = TimeSpan.FromTicks((long)(bits >> (1 + ((int)bits & 31))));
            return GoDuration.TryParse(GoDuration.Format(duration), out var read) && read == duration;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10_000));
}
