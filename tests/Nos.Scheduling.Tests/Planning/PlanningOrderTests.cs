using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Tests.Planning;

public sealed class PlanningOrderTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Higher_priority_comes_first_however_much_it_asks() => Assert.Equal(
        ["b", "a"], Sorted(Batch.Pod("a", "1g.6gb") with { Priority = 1 }, Batch.Pod("b", "7g.79gb") with { Priority = 2 }));

    [Fact]
    public void Among_equals_who_takes_less_comes_first() => Assert.Equal(
        ["b", "c", "a"], Sorted(Batch.Pod("a", "7g.40gb"), Batch.Pod("b", "1g.10gb"), Batch.Pod("c", "4g.20gb")));

    [Theory]
    [InlineData("4g.40gb", "3g.40gb")]
    [InlineData("2g.20gb", "1g.20gb")]
    [InlineData("1g.10gb 1g.10gb", "1g.20gb")]
    public void Compute_slices_tell_equal_memory_apart(string more, string less) => Assert.Equal(
        ["b", "a"], Sorted(Batch.Pod("a", more.Split(' ')), Batch.Pod("b", less.Split(' '))));

    [Fact]
    public void Of_like_pods_the_older_comes_first_then_the_name_whatever_the_order_given()
    {
        PendingPod[] pods =
        [
            Batch.Pod("new", "1g.10gb"), Batch.Pod("b", "1g.10gb") with { Created = Noon }, Batch.Pod("a", "1g.10gb") with { Created = Noon },
            Batch.Pod("old", "1g.10gb") with { Created = Noon.AddSeconds(-1) },
        ];

        Assert.Equal(["old", "a", "b", "new"], Sorted(pods));
        Assert.Equal(["old", "a", "b", "new"], Sorted([.. pods.Reverse()]));
    }

    [Fact]
    public void Pods_without_slices_come_after_those_with() => Assert.Equal(
        ["b", "a", "c"], Sorted(Batch.Pod("a"), Batch.Pod("b", "7g.80gb"), Batch.Pod("c")));

    private static IEnumerable<string> Sorted(params PendingPod[] pods) => PlanningOrder.Sort(pods).Select(pod => pod.Key);
}
