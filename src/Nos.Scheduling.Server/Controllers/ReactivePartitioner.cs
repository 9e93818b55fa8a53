using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Cuts slices for pods that a scheduler found no node for, for clusters without our extender. It only prepares: who is bound where is kube-scheduler's to
/// decide, and which slice a container gets kubelet's.
/// </summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="carrier">Keeps places and has cut.</param>
/// <param name="when">For which pods.</param>
/// <param name="policy">By what a place is preferred.</param>
/// <param name="patience">Remembers who was served in vain.</param>
/// <param name="tell">Tells people who look at a pod why it stays out.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of each plan.</param>
internal sealed partial class ReactivePartitioner(
    ClusterState state,
    PlanCarrier carrier,
    AutoSwitch when,
    PlacementPolicy policy,
    Patience patience,
    Action<PodEvent> tell,
    TimeProvider time,
    ILogger<ReactivePartitioner> logger)
{
    /// <summary>Whether slices have been asked for that are not reported yet.</summary>
    internal bool IsWatching => carrier.IsWatching;

    /// <summary>Whether slices are cut for the pod.</summary>
    internal bool Wants(PodRecord pod) => ReactiveTrigger.Wants(pod, when);

    /// <summary>Looks at what became of cuts that were asked for.</summary>
    /// <returns>Whether a pod lost its place, so that it is worthwhile to plan again.</returns>
    internal Task<bool> ReviewAsync(CancellationToken cancellation) => carrier.ReviewAsync(cancellation);

    /// <summary>One round: gather, decide, act. On an unchanged cluster it does nothing that it has not done before.</summary>
    /// <returns>Whether anybody waits, served or not.</returns>
    internal async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var (waiting, pods, refused) = Gather();

        var plan = PartitioningPlanner.Plan(state.Current, pods, policy, state.Prices);

        var kept = await carrier.CarryOutAsync(plan, cancellation);
        foreach (var reservation in kept)
        {
            patience.Kept(reservation.Pod.Uid, reservation.Until);
        }

        Tell(plan);
        Tell(refused);
        if (kept.Count > 0)
        {
            var left = plan.StayingOut.Count();
            LogPlanned(pods.Count, kept.Count, left);
        }

        return waiting > 0;
    }

    private void Tell(IReadOnlyList<(PodRecord Pod, QuotaVerdict Verdict)> refused)
    {
        foreach (var (pod, verdict) in refused)
        {
            tell(new PodEvent(pod.Namespace, pod.Name, pod.Uid, QuotaMisfits.Of(verdict.Kind).Name(), QuotaWords.Of(verdict), IsWarning: true));
        }
    }

    private void Tell(PartitioningPlan plan)
    {
        foreach (var left in plan.StayingOut)
        {
            if (state.FindPod(left.Pod.Uid) is { } pod)
            {
                tell(new PodEvent(pod.Namespace, pod.Name, pod.Uid, left.Reason.Name(), $"No slices can be cut for it now: {left.Told}.", IsWarning: true));
            }
        }
    }

    /// <summary>The pods to plan for: not those that rest, nor those whose quota refuses them.</summary>
    private (int Waiting, IReadOnlyList<PendingPod> Pods, IReadOnlyList<(PodRecord Pod, QuotaVerdict Verdict)> Refused) Gather()
    {
        var now = time.GetUtcNow();
        var waiting = state.Pods().Where(Wants).ToList();
        patience.Forget(waiting.Select(pod => pod.Uid).ToHashSet(StringComparer.Ordinal));
        var trying = waiting.Where(pod => patience.MayTry(pod.Uid, state.FindReservation(pod.Uid) is not null, now)).ToList();
        var (planned, refused) = QuotaRound.Of(trying, state);
        return (waiting.Count, planned, refused);
    }

    [LoggerMessage(EventId = 421, Level = LogLevel.Information,
        Message = "Of {Pods} pods that a scheduler found no node for, {Served} get slices, {Left} stay out")]
    private partial void LogPlanned(int pods, int served, int left);
}
