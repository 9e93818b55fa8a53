using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Server.Controllers;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class ClaimPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly ReclaimClaim Claim = new("n1", "main=0/10gb#1", [new ClaimedVictim("v", "team", "v", "R1")], Now.AddMinutes(-1), Now.AddMinutes(1), 0);

    [Theory]
    [InlineData("Standing", false, false, 0, "Evict")]
    [InlineData("Standing", true, false, 0, "AwaitVictims")]
    [InlineData("Terminating", true, false, 0, "AwaitVictims")]
    [InlineData("Terminating", false, false, 120, "AwaitVictims")]
    [InlineData("Gone", true, false, 0, "Wait")]
    [InlineData("Gone", true, false, 60, "GiveUp")]
    [InlineData("Gone", true, true, 0, "Announce")]
    [InlineData("Standing", false, true, 0, "Announce")]
    public void What_is_due(string victims, bool isEvicted, bool isRoomFree, int later, string step)
    {
        var own = new ClaimProgress();
        if (isEvicted)
        {
            own.Evicted.Add("v");
        }

        Assert.Equal(Enum.Parse<ClaimStep>(step), ClaimPlan.Next(Claim, Enum.Parse<VictimStanding>(victims), own, isRoomFree, Now.AddSeconds(later)));
    }

    [Fact]
    public void Room_that_was_announced_is_not_announced_again_and_is_given_up_in_the_end()
    {
        var own = new ClaimProgress { IsRoomMade = true };

        Assert.Equal(ClaimStep.Wait, ClaimPlan.Next(Claim, VictimStanding.Gone, own, true, Now));
        Assert.Equal(ClaimStep.GiveUp, ClaimPlan.Next(Claim, VictimStanding.Gone, own, true, Now.AddMinutes(1)));
    }

    [Fact]
    public void Pods_that_a_budget_holds_are_left_alone_for_a_while()
    {
        var own = new ClaimProgress { AskAgainAt = Now.AddSeconds(5) };

        Assert.Equal(ClaimStep.AwaitVictims, ClaimPlan.Next(Claim, VictimStanding.Standing, own, false, Now));
        Assert.Equal(ClaimStep.Evict, ClaimPlan.Next(Claim, VictimStanding.Standing, own, false, Now.AddSeconds(5)));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(6, 60)]
    [InlineData(1000, 60)]
    public void Rests_double_from_the_ttl_to_an_hour(int tries, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), new ReclaimSettings(TimeSpan.FromMinutes(2), TimeSpan.Zero, _ => true).RestAfter(tries));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"node":"n1","room":"","victims":[null],"since":"2026-11-25T12:00:00Z","until":"2026-11-25T12:00:00Z","tries":0}""")]
    [InlineData("""{"node":"n1","room":"","victims":[{"uid":"u"}],"since":"2026-11-25T12:00:00Z","until":"2026-11-25T12:00:00Z","tries":0}""")]
    [InlineData("""{"node":"n1","room":"","victims":[],"since":"2026-11-25T12:00:00Z","until":"2026-11-25T12:00:00Z","tries":-1}""")]
    [InlineData("""{"node":"n1","room":"","victims":[],"since":"yesterday","until":"2026-11-25T12:00:00Z","tries":0}""")]
    public void What_is_no_claim_is_none(string annotation) => Assert.Null(ReclaimClaim.TryRead(annotation));

    [Fact]
    public void A_claim_is_read_as_it_was_written() => Assert.Equal(Claim.ToString(), ReclaimClaim.TryRead(Claim.ToString())!.ToString());
}
