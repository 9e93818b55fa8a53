using Nos.Scheduling.Cluster.Binding;

namespace Nos.Scheduling.Tests.Cluster.Binding;

public sealed class TurnsTests
{
    private readonly Turns turns = new();

    [Fact]
    public async Task Lets_one_in_after_the_other_in_order_and_other_keys_at_once()
    {
        var first = await turns.EnterAsync("a", default);
        var second = turns.EnterAsync("a", default);
        var third = turns.EnterAsync("a", default);
        using var other = await turns.EnterAsync("b", default);
        Assert.False(second.IsCompleted);

        first.Dispose();
        (await second).Dispose();
        (await third).Dispose();

        using var again = await turns.EnterAsync("a", default);
    }

    [Fact]
    public async Task Lets_the_next_in_when_one_gives_up_waiting()
    {
        using var giveUp = new CancellationTokenSource();
        var first = await turns.EnterAsync("a", default);
        var second = turns.EnterAsync("a", giveUp.Token);
        var third = turns.EnterAsync("a", default);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }
}
