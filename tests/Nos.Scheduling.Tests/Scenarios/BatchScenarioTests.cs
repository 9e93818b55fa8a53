using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>When pods that wait are planned for together. Milliseconds.</summary>
public sealed class BatchScenarioTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, 10, "0", 10)]
    [InlineData(500, 50, "0 25 50", 100)]
    [InlineData(40, 20, "0 5 10 15 20 25 30 35 40 45", 40)]
    public void A_batch_is_due_when_nobody_comes_any_more_and_at_a_certain_age_though_they_do(int timeout, int idle, string come, int due) =>
        Assert.Equal(Start.AddMilliseconds(due), Gather(come).DueAt(TimeSpan.FromMilliseconds(idle), TimeSpan.FromMilliseconds(timeout)));

    [Fact]
    public void Whoever_comes_is_in_the_batch_in_the_order_of_coming_from_the_first_moment_on()
    {
        Assert.Equal("0 3 7", string.Join(" ", Gather("0 3 7").Uids));
        Assert.Null(PodBatch.Empty.DueAt(TimeSpan.Zero, TimeSpan.Zero));
    }

    [Fact]
    public void A_batch_that_was_taken_leaves_nobody_behind()
    {
        var taken = Gather("0 3 7");

        Assert.Equal("9", string.Join(" ", PodBatch.Empty.Add("9", taken.Last).Uids));
        Assert.Equal(3, taken.Uids.Count);
    }

    private static PodBatch Gather(string come) => come.Split(' ').Aggregate(PodBatch.Empty, (batch, time) => batch.Add(time, Start.AddMilliseconds(int.Parse(time))));
}
