using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>Tells people what was decided.</summary>
internal static class ReclaimReasons
{
    /// <summary>Who goes for the pod, and by which rules.</summary>
    internal static string Evicts(string node, IReadOnlyList<Victim> victims) =>
        $"{victims.Count} {(victims.Count == 1 ? "pod makes" : "pods make")} room on {node} by {string.Join(", ", victims.Select(victim => victim.Rule).Distinct().Order())}";

    /// <summary>Why nobody goes for the pod.</summary>
    /// <param name="rules">Who might have gone.</param>
    /// <param name="hasCandidates">Whether there was anybody to take from.</param>
    internal static ReclaimDecision Nothing(VictimRules rules, bool hasCandidates) => rules.Verdict switch
    {
        { Kind: QuotaVerdictKind.QuotaMaxExceeded } verdict when !rules.IsAllowed => ReclaimDecision.Nothing(
            ReclaimObstacle.QuotaMaxExceeded, $"{verdict.Quota!.Key} would pass its max of {verdict.Resource}, and its pods of lower priority do not change that"),
        { Kind: QuotaVerdictKind.NothingToBorrow } verdict when !rules.IsAllowed => ReclaimDecision.Nothing(
            ReclaimObstacle.NothingToBorrow,
            $"{verdict.Quota!.Key} is at its fair share of {verdict.Resource}, nothing of it is idle, and its pods of lower priority do not change that"),
        _ when hasCandidates => ReclaimDecision.Nothing(
            ReclaimObstacle.NotEnoughToEvict, $"{Standing(rules)}, but on no node would the pods that it may take from leave enough"),
        _ => ReclaimDecision.Nothing(ReclaimObstacle.NobodyToEvict, $"{Standing(rules)}, but nobody that it may take from has what it lacks"),
    };

    private static string Standing(VictimRules rules) => (rules.Verdict.Quota, rules.Entitlement) switch
    {
        (null, _) => "the pod has no quota",
        ({ } quota, ReclaimRule.R1) => $"the pod is within the min of {quota.Key}",
        ({ } quota, ReclaimRule.R2) => $"the pod is within the fair share of {quota.Key}",
        ({ } quota, _) => $"the pod is above the fair share of {quota.Key}",
    };
}
