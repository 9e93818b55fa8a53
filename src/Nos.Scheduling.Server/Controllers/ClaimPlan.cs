using Nos.Scheduling.Cluster.Reclaiming;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides what is due for a claim that is no rest. Pure.</summary>
internal static class ClaimPlan
{
    /// <param name="claim">The claim.</param>
    /// <param name="victims">How far its victims have come.</param>
    /// <param name="own">What this leader did for it.</param>
    /// <param name="isRoomFree">Whether all its room is there.</param>
    /// <param name="now">The moment.</param>
    internal static ClaimStep Next(ReclaimClaim claim, VictimStanding victims, ClaimProgress own, bool isRoomFree, DateTimeOffset now) =>
        isRoomFree && !own.IsRoomMade ? ClaimStep.Announce

        // One whom the server has accepted to evict counts as going; the informer will tell.
        : victims == VictimStanding.Standing && !claim.Victims.All(victim => own.Evicted.Contains(victim.Uid)) ? (now < own.AskAgainAt ? ClaimStep.AwaitVictims : ClaimStep.Evict)
        : victims != VictimStanding.Gone ? ClaimStep.AwaitVictims
        : claim.Until <= now ? ClaimStep.GiveUp
        : ClaimStep.Wait;
}
