using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Server.Extender;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Makes room for pods that are entitled to it and find it taken. Rules R1 to R4 and section 4 of the behaviour: the claim is written before the first
/// eviction, budgets are asked, terminating pods are waited for, and the room is kept for the pod until it is bound or its time is up.
/// </summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="scenes">Gathers what is decided on.</param>
/// <param name="budgets">Reads the PodDisruptionBudgets.</param>
/// <param name="claims">Writes claims.</param>
/// <param name="evictor">Sends pods away.</param>
/// <param name="offered">The nodes that schedulers offered last.</param>
/// <param name="settings">What the operator decided.</param>
/// <param name="tell">Tells people who look at a pod.</param>
/// <param name="roomMade">Told of a node on which claimed room has come free: its pod is to be tried again.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of each decision.</param>
internal sealed partial class Reclaimer(
    ClusterState state,
    ReclaimScenes scenes,
    Func<CancellationToken, Task<DisruptionBudgets>> budgets,
    ClaimWriter claims,
    Evictor evictor,
    OfferedNodes offered,
    ReclaimSettings settings,
    Action<PodEvent> tell,
    Action<string> roomMade,
    TimeProvider time,
    ILogger<Reclaimer> logger)
{
    /// <summary>How long decisions may take in one round; who is left is asked about in the next, those longest not asked about first.</summary>
    private static readonly TimeSpan RoundLength = TimeSpan.FromMilliseconds(500);

    private readonly PreemptorQueue queue = new();
    private readonly Dictionary<string, ClaimProgress> progress = new(StringComparer.Ordinal);
    private ReclaimScene? scene;
    private volatile bool isHurried;

    /// <summary>Takes over the claims that a leader before this one wrote, as far as they can be true: users may have written them, too.</summary>
    internal void Adopt()
    {
        var now = time.GetUtcNow();
        foreach (var pod in state.Waiting().Where(pod => pod.Claim is not null && settings.Governs(pod)).OrderBy(pod => pod.Uid, StringComparer.Ordinal))
        {
            var claim = pod.Claim!;
            var latest = now + (claim.IsRest ? ReclaimSettings.LongestRest : settings.Ttl);
            if (claim.Until > now && claim.Until <= latest && claim.Since <= now && state.Judge(pod).IsAllowed)
            {
                claims.Adopt(pod, claim);
            }
        }
    }

    /// <summary>Asks about all who wait at the next round, whenever they were asked about last. May be called from any thread.</summary>
    internal void Hurry() => isHurried = true;

    /// <summary>One round: gather, decide, act. A pod whose turn fails stops no other.</summary>
    /// <returns>Whether anything is under way or anybody waits, so that another round is due soon.</returns>
    /// <exception cref="KubeApiException">The API server refused something; the next round tries again.</exception>
    internal async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var failure = default(KubeApiException);
        var began = time.GetTimestamp();
        foreach (var uid in claims.Ended())
        {
            await TryAsync(() => claims.TidyAsync(uid, cancellation));
        }

        Forget();
        foreach (var (pod, claim) in state.Claims().OrderBy(claim => claim.Claim.Since).ThenBy(claim => claim.Pod.Uid, StringComparer.Ordinal))
        {
            await TryAsync(() => AdvanceAsync(pod, claim, cancellation));
        }

        var waiting = Waiting();
        scene = null;
        if (isHurried)
        {
            isHurried = false;
            queue.Hurry();
        }

        foreach (var pod in queue.Due(waiting, time.GetUtcNow()))
        {
            if (time.GetElapsedTime(began) > RoundLength)
            {
                break;
            }

            await TryAsync(() => BeginAsync(pod, cancellation));
        }

        return failure is null ? waiting.Count > 0 || state.Claims().Count > 0 : throw failure;

        async Task TryAsync(Func<Task> turn)
        {
            try
            {
                await turn();
            }
            catch (KubeApiException refused)
            {
                failure = refused;
            }
        }
    }

    /// <summary>Pods that a scheduler found no node for, that are judged here, and that neither have a place nor claim one.</summary>
    private List<PodRecord> Waiting() =>
    [
        .. state.Waiting().Where(pod => pod is { Unschedulable: not null, MayPreempt: true, IsNotAdmitted: false } && settings.Governs(pod)
            && state.FindReservation(pod.Uid) is null && state.FindClaim(pod.Uid) is null),
    ];

    private void Forget()
    {
        foreach (var uid in progress.Keys.Where(uid => state.FindClaim(uid) is null).ToArray())
        {
            progress.Remove(uid);
        }
    }

    /// <summary>A pod without a claim: whether others are to make way, and who.</summary>
    private async Task BeginAsync(PodRecord pod, CancellationToken cancellation)
    {
        var nodes = offered.Find(pod.Uid);
        var mayEvict = queue.IsRipe(pod, nodes is not null, time.GetUtcNow());
        if (!mayEvict && !pod.IsNominated)
        {
            return;
        }

        // Pods for whom nobody makes way leave it as it is, and are many.
        scene ??= scenes.Gather(await budgets(cancellation), claimant: null, Evicted());

        var decision = Reclaim.Decide(scene, ReclaimScenes.PreemptorOf(state, pod), nodes, new HashSet<string>());

        // Room that the scheduler makes itself is kept as well: it knows of no slices, and would let anybody have them.
        var isMadeAlready = pod.IsNominated && decision is { Kind: ReclaimKind.HasRoom, WaitsForOthers: true };
        if (isMadeAlready || (mayEvict && decision.Kind == ReclaimKind.Evicts))
        {
            scene = null;
            var now = time.GetUtcNow();
            await ClaimAsync(pod, ClaimOf(pod, decision, since: now, tries: queue.Tries(pod.Uid)), decision.Reason, cancellation);
        }
    }

    /// <summary>A pod with a claim: what is due next.</summary>
    private async Task AdvanceAsync(PodRecord pod, ReclaimClaim claim, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var own = progress.TryGetValue(pod.Uid, out var known) ? known : progress[pod.Uid] = new ClaimProgress();
        if (state.FindReservation(pod.Uid) is not null)
        {
            // Its bind is under way; what becomes of it will be seen.
            return;
        }

        switch (claim.IsRest ? (claim.Until <= now ? ClaimStep.EndRest : ClaimStep.Wait) : ClaimPlan.Next(claim, Standing(claim), own, state.HasClaimedRoom(pod.Uid), now))
        {
            case ClaimStep.EndRest:
                queue.Remember(pod.Uid, claim.Tries);
                state.SetClaim(pod.Uid, null);
                break;
            case ClaimStep.Evict:
                await EvictAsync(pod, claim, own, cancellation);
                break;
            case ClaimStep.AwaitVictims:
                await claims.RenewAsync(pod, claim with { Until = now + settings.Ttl }, settings.Ttl, now, cancellation);
                break;
            case ClaimStep.Announce:
                own.IsRoomMade = true;
                await claims.WriteAsync(pod, claim with { Victims = [], Until = now + settings.Ttl }, cancellation);
                roomMade(claim.Node);
                LogRoomMade(pod.Namespace, pod.Name, claim.Node);
                break;
            case ClaimStep.GiveUp:
                var tries = claim.Tries + 1;
                var rest = settings.RestAfter(tries);
                await claims.WriteAsync(pod, new ReclaimClaim("", "", [], claim.Since, now + rest, tries), cancellation);
                progress.Remove(pod.Uid);
                LogInVain(pod.Namespace, pod.Name, claim.Node, rest);
                break;
        }
    }

    /// <summary>Victims that stand still: those are asked for that the rules would choose now, which need not be those that the claim names.</summary>
    private async Task EvictAsync(PodRecord pod, ReclaimClaim claim, ClaimProgress own, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var without = scenes.Gather(await budgets(cancellation), pod.Uid, Evicted());
        var ignoresBudgets = settings.BudgetGrace > TimeSpan.Zero && now - claim.Since >= settings.BudgetGrace;

        var decision = Reclaim.Decide(without, ReclaimScenes.PreemptorOf(state, pod), offered.Find(pod.Uid), ignoresBudgets ? new HashSet<string>() : own.Refused);
        if (decision.Kind == ReclaimKind.Nothing && own.Refused.Count > 0)
        {
            // Nobody else can make way: those whom budgets hold are asked again, until they are let go or the grace is over.
            own.Refused.Clear();
            own.AskAgainAt = now + ClaimProgress.Pause;
            decision = Reclaim.Decide(without, ReclaimScenes.PreemptorOf(state, pod), offered.Find(pod.Uid), own.Refused);
        }

        if (decision.Kind == ReclaimKind.Nothing)
        {
            // What it was entitled to is its no more, or the pods that would go have become others' own.
            state.SetClaim(pod.Uid, null);
            return;
        }

        var renewed = ClaimOf(pod, decision, claim.Since, claim.Tries);
        if (renewed.Node != claim.Node || renewed.Room != claim.Room || !renewed.Victims.Select(victim => victim.Uid).ToHashSet().SetEquals(claim.Victims.Select(victim => victim.Uid)))
        {
            await ClaimAsync(pod, renewed, decision.Reason, cancellation);
            return;
        }

        await claims.RenewAsync(pod, renewed, settings.Ttl, now, cancellation);
        await AskAsync(pod, renewed, own, ignoresBudgets, cancellation);
    }

    private async Task ClaimAsync(PodRecord pod, ReclaimClaim claim, string reason, CancellationToken cancellation)
    {
        if (!await claims.WriteAsync(pod, claim, cancellation))
        {
            return;
        }

        var own = progress.TryGetValue(pod.Uid, out var known) ? known : progress[pod.Uid] = new ClaimProgress();
        var why = $"{reason}. {QuotaWords.Of(state.Judge(pod))}";
        LogClaimed(pod.Namespace, pod.Name, claim.Victims.Count, why);
        tell(new PodEvent(pod.Namespace, pod.Name, pod.Uid, Misfit.WaitingForReclaim.Name(), why, IsWarning: false));
        await AskAsync(pod, claim, own, ignoresBudgets: settings.BudgetGrace > TimeSpan.Zero && time.GetUtcNow() - claim.Since >= settings.BudgetGrace, cancellation);
    }

    /// <summary>Asks the victims to go. Who is under a budget comes first: when one refuses, nobody else has gone for nothing.</summary>
    private async Task AskAsync(PodRecord pod, ReclaimClaim claim, ClaimProgress own, bool ignoresBudgets, CancellationToken cancellation)
    {
        foreach (var victim in claim.Victims.Where(victim => !own.Evicted.Contains(victim.Uid)).OrderBy(victim => !own.Refused.Contains(victim.Uid)))
        {
            if (!await IsLeavingAsync(victim))
            {
                own.Refused.Add(victim.Uid);
                return;
            }

            own.Evicted.Add(victim.Uid);
        }

        async Task<bool> IsLeavingAsync(ClaimedVictim victim)
        {
            try
            {
                return (await evictor.EvictAsync(victim, pod, ignoresBudgets, cancellation)).Outcome != EvictionOutcome.BlockedByBudget;
            }
            catch (KubeApiException refused) when (!refused.IsTransient)
            {
                // Somebody's webhook keeps it, whom asking again will not change: as with a budget, the next best is to go.
                own.Refused.Add(victim.Uid);
                throw;
            }
        }
    }

    /// <summary>Pods that have been sent away, also where the informer has not told yet.</summary>
    private HashSet<string> Evicted() => progress.Values.SelectMany(own => own.Evicted).ToHashSet(StringComparer.Ordinal);

    private ReclaimClaim ClaimOf(PodRecord pod, ReclaimDecision decision, DateTimeOffset since, int tries) => new(
        decision.Node!,
        decision.Placement!.Promise(pod.Demand),
        [.. decision.Victims.OrderBy(victim => victim.Pod.Budgets.IsEmpty).Select(victim =>
            new ClaimedVictim(victim.Pod.Pod.Uid, victim.Pod.Pod.Namespace, victim.Pod.Pod.Name, victim.Rule.ToString(), victim.Quota?.ToString()))],
        since,
        time.GetUtcNow() + settings.Ttl,
        tries);

    private VictimStanding Standing(ReclaimClaim claim)
    {
        var pods = claim.Victims.Select(victim => state.FindPod(victim.Uid)).Where(pod => pod is { HasEnded: false }).ToList();
        return pods.Exists(pod => !pod!.IsTerminating) ? VictimStanding.Standing : pods.Count > 0 ? VictimStanding.Terminating : VictimStanding.Gone;
    }

    [LoggerMessage(EventId = 482, Level = LogLevel.Information, Message = "{Victims} pods make way for {Ns}/{Pod}: {Why}")]
    private partial void LogClaimed(string ns, string pod, int victims, string why);

    [LoggerMessage(EventId = 483, Level = LogLevel.Information, Message = "The room for {Ns}/{Pod} on {Node} is there, and kept for it")]
    private partial void LogRoomMade(string ns, string pod, string node);

    [LoggerMessage(EventId = 484, Level = LogLevel.Warning, Message = "Room was made for {Ns}/{Pod} on {Node} in vain; it rests for {Rest} before others make way for it again")]
    private partial void LogInVain(string ns, string pod, string node, TimeSpan rest);
}
