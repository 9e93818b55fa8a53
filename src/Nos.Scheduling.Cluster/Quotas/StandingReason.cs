using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Where a bound pod stands in its quota, and why. Rule L1.</summary>
/// <param name="Standing">Where.</param>
/// <param name="Sentence">Why, in words.</param>
public sealed record StandingReason(QuotaStanding Standing, string Sentence)
{
    /// <summary>Where the pod stands; <see langword="null"/> where no quota is over its namespace.</summary>
    public static StandingReason? Of(ClusterState state, PodRecord pod)
    {
        if (state.Ledger.RulerOf(pod.Namespace) is not { } quota)
        {
            return null;
        }

        var all = QuotaStandings.Of(quota, CountedPods.Of(state, quota));
        var before = all.TakeWhile(standing => standing.Pod.Uid != pod.Uid).Where(standing => standing.Standing == QuotaStanding.InQuota).Select(standing => standing.Pod.Request).ToList();
        var taken = before.Aggregate(default(Resources.ResourceAmounts), (sum, request) => sum + request);
        var (own, standing) = all.First(standing => standing.Pod.Uid == pod.Uid);
        if (standing == QuotaStanding.InQuota)
        {
            return new StandingReason(standing, before.Count == 0
                ? $"It comes first in {quota.Key} and stays within its min: nobody may take from it."
                : $"It and the {before.Count} in-quota {(before.Count == 1 ? "pod" : "pods")} before it stay within the min of {quota.Key}: nobody may take from it.");
        }

        var (resource, min) = quota.Min.All.First(min => (taken + own.Request)[min.Name] > min.Amount);
        return new StandingReason(standing,
            $"{quota.Key} guarantees {Amount(min)} of {resource}; the in-quota pods before it have {Amount(taken[resource])}, and it asks for {Amount(own.Request[resource])}: "
            + "what it uses is lent, and an owner may have it back.");

        string Amount(long amount) => QuotaWords.Amount(resource, amount);
    }
}
