using Nos.Scheduling.Server.Controllers;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>Times are minutes; a place is kept for two.</summary>
public sealed class PatienceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private readonly Patience patience = new(TimeSpan.FromMinutes(2));

    [Fact]
    public void A_pod_that_was_served_in_vain_rests_longer_each_time_up_to_an_hour()
    {
        var (now, rests) = (0.0, new List<double>());
        for (var round = 0; round < 8; round++)
        {
            Assert.True(patience.MayTry("p", isKept: false, At(now)));
            patience.Kept("p", At(now + 2));
            now += 2;
            var until = now;
            while (!patience.MayTry("p", isKept: false, At(until)))
            {
                until += 0.5;
            }

            rests.Add(until - now);
            now = until;
        }

        Assert.Equal([2, 4, 8, 16, 32, 60, 60, 60], rests);
    }

    [Fact]
    public void While_its_place_is_kept_a_pod_is_planned_for_so_that_the_plan_knows_of_it()
    {
        patience.Kept("p", At(2));

        Assert.True(patience.MayTry("p", isKept: true, At(1)));
        Assert.False(patience.MayTry("p", isKept: false, At(2)));
    }

    [Fact]
    public void A_place_that_was_lost_before_its_time_was_not_in_vain()
    {
        patience.Kept("p", At(2));
        Assert.True(patience.MayTry("p", isKept: false, At(1)));

        Assert.True(patience.MayTry("p", isKept: false, At(3)));
    }

    [Fact]
    public void Who_waits_no_more_is_forgotten()
    {
        patience.Kept("p", At(2));
        patience.Kept("q", At(2));
        patience.Forget(new HashSet<string> { "q" });

        Assert.True(patience.MayTry("p", isKept: false, At(2)));
        Assert.False(patience.MayTry("q", isKept: false, At(2)));
    }

    private static DateTimeOffset At(double minutes) => Start.AddMinutes(minutes);
}
