using System.Collections.Immutable;
using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary>Explains pods, by the functions that decide on the server.</summary>
internal static class PodExplanations
{
    /// <summary>Explains a pod that has not ended.</summary>
    /// <param name="state">The cluster, its quotas included.</param>
    /// <param name="known">The quotas.</param>
    /// <param name="pod">Which.</param>
    /// <param name="scene">What reclaim would look at for it.</param>
    internal static PodExplanation Of(ClusterState state, KnownQuotas known, PodRecord pod, ReclaimScene scene)
    {
        var quota = QuotaViews.Of(known, state).FirstOrDefault(view => view.Namespaces.Contains(pod.Namespace));
        var explanation = new PodExplanation(pod, state.RequestOf(pod), quota)
        {
            Sentence = "",
            RestsUntil = state.FindClaim(pod.Uid) is { IsRest: true } rest ? rest.Until : null,
        };
        return pod switch
        {
            { NodeName: not null } => Bound(explanation, state),
            { IsTerminating: true } => explanation with { Sentence = "It is being deleted: nothing is decided for it any more." },
            { IsNotAdmitted: true } => explanation with
            {
                Reason = Misfit.NotAdmitted.Name(),
                Sentence = "What it asks for is translated by our webhook only, which was not there when it was created, or leaves its namespace alone. Create it again, or name a slice.",
            },
            _ when state.FindClaim(pod.Uid) is { IsRest: false } claim => Claiming(explanation, claim),
            _ => state.Judge(pod) is { IsAllowed: false } verdict ? Refused(explanation, state, verdict, scene) : Allowed(explanation, state, state.Judge(pod), scene),
        };
    }

    private static PodExplanation Bound(PodExplanation explanation, ClusterState state)
    {
        var standing = StandingReason.Of(state, explanation.Pod);
        var counts = explanation.Pod.IsTerminating ? " It is being deleted, and counts until it is gone." : "";
        return explanation with
        {
            Rule = standing is null ? "Q4" : "L1",
            Standing = standing?.Standing,
            Sentence = (standing?.Sentence ?? "No quota is over its namespace.") + counts,
        };
    }

    private static PodExplanation Claiming(PodExplanation explanation, ReclaimClaim claim) => explanation with
    {
        Reason = Misfit.WaitingForReclaim.Name(),
        Rule = string.Join(", ", claim.Victims.Select(victim => victim.Rule).Distinct().Order(StringComparer.Ordinal)) is { Length: > 0 } rules ? rules : null,
        Sentence = $"Since {claim.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z others make way for it on {claim.Node}: "
            + $"{string.Join(", ", claim.Victims.Select(victim => $"{victim.Namespace}/{victim.Name} ({victim.Rule})"))}.",
    };

    private static PodExplanation Refused(PodExplanation explanation, ClusterState state, QuotaVerdict verdict, ReclaimScene scene) => explanation with
    {
        Reason = QuotaMisfits.Of(verdict.Kind).Name(),
        Rule = verdict.Kind == QuotaVerdictKind.QuotaMaxExceeded ? "Q1" : "Q3",
        Sentence = QuotaWords.Of(verdict),
        Missing = (verdict.Resource!, Saturate((Int128)verdict.Used + verdict.Asked - verdict.Limit)),

        // Whatever others give back, a max stays where it is.
        Borrowing = verdict.Kind == QuotaVerdictKind.QuotaMaxExceeded ? null : QuotaBorrowing.Of(state, verdict.Resource!, verdict.Quota!.Key),
        Reclaim = Decide(explanation, state, scene),
    };

    private static PodExplanation Allowed(PodExplanation explanation, ClusterState state, QuotaVerdict verdict, ReclaimScene scene)
    {
        var plan = PartitioningPlanner.Plan(state.Current, [explanation.Pod.ToPending()], PlacementPolicy.Fragmentation);
        var nodes = PlanViews.Of(state.Current, plan, [], uid => state.FindPod(uid)?.Key).Pods[0];
        var lacking = Lacking(plan.Outcomes[0]);
        var rule = RoomRules.Of(verdict.Kind, nodes.StaysOut is null, state.Ledger.IsWithinFairShare(explanation.Pod.Namespace, explanation.Asked));
        return explanation with
        {
            Reason = nodes.StaysOut?.Reason,
            Rule = rule.Id,
            Sentence = $"{QuotaWords.Of(verdict)} {rule.Sentence}",
            Nodes = nodes,
            Borrowing = lacking is not null && rule.TakesBack ? QuotaBorrowing.Of(state, lacking, verdict.Quota?.Key) : null,
            Reclaim = nodes.StaysOut is null ? null : Decide(explanation, state, scene),
        };
    }

    private static ReclaimDecision Decide(PodExplanation explanation, ClusterState state, ReclaimScene scene) =>
        Reclaim.Decide(scene, ReclaimScenes.PreemptorOf(state, explanation.Pod), offered: null, spared: ImmutableHashSet<string>.Empty);

    /// <summary>What the nearest node lacks, as quotas call it; <see langword="null"/> where it is nothing that pods could leave.</summary>
    private static string? Lacking(PodOutcome outcome) => outcome is not PodOutcome.StaysOut { Refusals: [var nearest, ..] } ? null : nearest.Refusal switch
    {
        { Kind: RefusalKind.Resource, Subject: NosKeys.WholeGpu } => NosKeys.GpuMemory,
        { Kind: RefusalKind.Resource, Subject: var resource } => resource,
        { Kind: RefusalKind.Slices, Misfit: var misfit } when misfit.IsResolvable() => NosKeys.GpuMemory,
        _ => null,
    };

    private static long Saturate(Int128 amount) => (long)Int128.Min(amount, long.MaxValue);
}
