using Nos.Scheduling.Agent.Reporting;

namespace Nos.Scheduling.Tests.Agent.Reporting;

public sealed class WritePaceTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public void The_first_write_passes_at_once()
    {
        var pace = new WritePace(clock);

        Assert.All(Enum.GetValues<WriteHaste>(), haste => Assert.Null(pace.Earliest(haste)));
    }

    [Fact]
    public void The_second_passes_at_once_where_a_bind_waits_half_a_second_later_where_pods_may_and_after_two_where_nobody_does()
    {
        var pace = new WritePace(clock);
        pace.Passed();

        Assert.Null(pace.Earliest(WriteHaste.Now));
        Assert.Equal(clock.GetUtcNow().AddSeconds(0.5), pace.Earliest(WriteHaste.Soon));
        Assert.Equal(clock.GetUtcNow().AddSeconds(2), pace.Earliest(WriteHaste.Idle));
    }

    [Fact]
    public void The_third_waits_until_a_second_after_the_first_whoever_waits()
    {
        var pace = new WritePace(clock);
        pace.Passed();
        clock.Advance(0.3);
        pace.Passed();

        Assert.Equal(clock.GetUtcNow().AddSeconds(0.7), pace.Earliest(WriteHaste.Now));
        Assert.Equal(clock.GetUtcNow().AddSeconds(0.7), pace.Earliest(WriteHaste.Soon));
        clock.Advance(0.7);
        Assert.Null(pace.Earliest(WriteHaste.Now));
    }

    [Theory]
    [InlineData(0.01, 0.01)]
    [InlineData(1.5, 1.5)]
    [InlineData(9, 2)]
    public void After_a_write_that_took_long_others_have_as_long_but_no_more_than_two_seconds(double took, double quiet)
    {
        var pace = new WritePace(clock);
        pace.Passed();
        clock.Advance(took);
        pace.Ended();

        Assert.Equal(clock.GetUtcNow().AddSeconds(quiet), pace.Earliest(WriteHaste.Now));
        clock.Advance(quiet);
        Assert.Null(pace.Earliest(WriteHaste.Now));
    }

    [Fact]
    public void No_second_ever_sees_three_writes_however_they_come()
    {
        var dice = new Random(7);
        var pace = new WritePace(clock);
        var writes = new List<DateTimeOffset>();
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            clock.Advance(dice.NextDouble() * 0.2);
            if (pace.Earliest((WriteHaste)dice.Next(3)) is null)
            {
                pace.Passed();
                writes.Add(clock.GetUtcNow());
            }
        }

        Assert.True(writes.Count > 300, $"{writes.Count} writes");
        Assert.All(writes.Zip(writes.Skip(2)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
    }
}
