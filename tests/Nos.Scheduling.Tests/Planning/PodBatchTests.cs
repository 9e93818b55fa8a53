using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Planning;

/// <summary>Times are milliseconds from the first pod. The loop that watches the clock has no say in when a batch is due.</summary>
public sealed class PodBatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(200, 10, "0", 10)]
    [InlineData(500, 50, "0 25 50", 100)]
    [InlineData(40, 20, "0 5 10 15 20 25 30 35 40 45", 40)]
    [InlineData(40, 0, "0", 0)]
    [InlineData(40, 40, "0 30", 40)]
    public void Is_due_when_nobody_came_for_a_while_and_at_an_age_whoever_comes(int timeout, int idle, string comes, int due)
    {
        var batch = PodBatch.Empty;
        foreach (var (at, index) in comes.Split(' ').Select((at, index) => (int.Parse(at), index)))
        {
            batch = batch.Add($"pod-{index}", At(at));
        }

        Assert.Equal(At(due), batch.DueAt(TimeSpan.FromMilliseconds(idle), TimeSpan.FromMilliseconds(timeout)));
    }

    [Fact]
    public void Is_never_due_while_empty() => Assert.Null(PodBatch.Empty.DueAt(TimeSpan.Zero, TimeSpan.Zero));

    [Fact]
    public void Keeps_the_order_they_came_in() =>
        Assert.Equal(["c", "a", "b"], PodBatch.Empty.Add("c", At(0)).Add("a", At(1)).Add("b", At(1)).Uids.AsEnumerable());

    [Fact]
    public void A_pod_that_comes_again_does_not_hold_the_batch_open()
    {
        var batch = PodBatch.Empty.Add("a", At(0)).Add("a", At(9));

        Assert.Equal(["a"], batch.Uids.AsEnumerable());
        Assert.Equal(At(10), batch.DueAt(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(100)));
    }

    [Fact]
    public void A_batch_that_was_taken_says_nothing_about_the_next()
    {
        var taken = PodBatch.Empty.Add("a", At(0));
        var next = PodBatch.Empty.Add("a", At(50));

        Assert.Equal(At(60), next.DueAt(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)));
        Assert.Equal(At(10), taken.DueAt(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20)));
    }

    private static DateTimeOffset At(int milliseconds) => Start.AddMilliseconds(milliseconds);
}
