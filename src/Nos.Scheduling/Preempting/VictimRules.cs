using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>Whom a pod may have evicted: rules R1 to R4, Q4, and who is never a victim.</summary>
internal sealed class VictimRules
{
    private readonly ReclaimScene scene;
    private readonly IReadOnlySet<string> spared;
    private readonly QuotaLedger ledger;
    private readonly Quota? own;
    private readonly string[]?[] above;

    /// <param name="scene">The cluster.</param>
    /// <param name="preemptor">Who waits.</param>
    /// <param name="spared">Who must not be chosen.</param>
    /// <param name="gone">Whose going is settled already.</param>
    internal VictimRules(ReclaimScene scene, Preemptor preemptor, IReadOnlySet<string> spared, IReadOnlyList<Occupant> gone)
    {
        (this.scene, Preemptor, this.spared, Gone) = (scene, preemptor, spared, gone);
        above = new string[]?[scene.Index.Quotas];
        var verdict = scene.LedgerToCome.Judge(preemptor.Namespace, preemptor.Request);
        own = verdict.Quota;
        Entitlement = verdict.Kind switch
        {
            QuotaVerdictKind.WithinMin => ReclaimRule.R1,
            QuotaVerdictKind.WithinFairShare => ReclaimRule.R2,
            // Something is idle, but it need not be where the pod would go.
            QuotaVerdictKind.Borrows when scene.LedgerToCome.IsWithinFairShare(preemptor.Namespace, preemptor.Request) => ReclaimRule.R2,
            _ => null,
        };
        ledger = Without(scene.LedgerToCome, gone);
        Verdict = verdict;
        IsAllowed = ledger.Judge(preemptor.Namespace, preemptor.Request).IsAllowed;
    }

    internal Preemptor Preemptor { get; }

    /// <summary>Whose going is settled already.</summary>
    internal IReadOnlyList<Occupant> Gone { get; }

    /// <summary>What the quota says to the pod, those who are terminating not counted.</summary>
    internal QuotaVerdict Verdict { get; }

    /// <summary>Whether the quota lets the pod in; if not, own pods have to go first (rule R3).</summary>
    internal bool IsAllowed { get; }

    /// <summary><see cref="ReclaimRule.R1"/> or <see cref="ReclaimRule.R2"/>, by which it may take from other quotas; <see langword="null"/> where it may not.</summary>
    internal ReclaimRule? Entitlement { get; }

    /// <summary>How often searches may still try, all nodes together, before they have to hurry.</summary>
    internal int TriesLeft { get; set; } = 1 << 17;

    /// <summary>How many pods the budget of that key lets go.</summary>
    internal int Allowance(string budget) => scene.Budgets.GetValueOrDefault(budget);

    /// <summary>The rule that lets the pod be evicted for what is lacking, as the first of several; <see langword="null"/> where none does.</summary>
    internal ReclaimRule? RuleOf(Occupant pod, Shortage shortage) =>
        !pod.IsEvictable || pod.Uid == Preemptor.Uid || (spared.Count > 0 && spared.Contains(pod.Uid)) ? null
        : own is null ? pod.Quota is null && pod.Priority < Preemptor.Priority ? ReclaimRule.R4 : null
        : pod.Quota is null ? scene.ReclaimsUnquoted && Entitlement is not null && shortage.IsEasedBy(pod) ? Entitlement : null
        : ReferenceEquals(pod.Quota.Quota, own) ? pod.Priority < Preemptor.Priority ? ReclaimRule.R3 : null
        : Entitlement is not null && IsAbove(pod, shortage) && pod.Quota.IsOver(pod) ? Entitlement
        : null;

    /// <summary>Whether pods that may each be evicted may be together: a quota is asked again after each of its pods, smallest first.</summary>
    /// <remarks>What holds for several holds for any part of them.</remarks>
    internal bool AllowTogether(IReadOnlyList<Occupant> victims, Shortage shortage)
    {
        List<Occupant>? taken = null;
        foreach (var victim in victims)
        {
            if (victim.Quota is { } quota && !ReferenceEquals(quota.Quota, own))
            {
                (taken ??= []).Add(victim);
            }
        }

        if (taken is null || taken.Count == 1)
        {
            return true;
        }

        taken.Sort((left, right) => InTurn(left, right, shortage));
        var turns = new QuotaTurns(ledger, Entitlement == ReclaimRule.R2);
        foreach (var victim in taken)
        {
            if (!turns.Take(victim, shortage))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the quota lets the pod in once those have gone.</summary>
    internal bool LetsInAfter(IReadOnlyList<Occupant> victims) =>
        IsAllowed || Without(ledger, victims).Judge(Preemptor.Namespace, Preemptor.Request).IsAllowed;

    private static QuotaLedger Without(QuotaLedger ledger, IReadOnlyList<Occupant> gone)
    {
        foreach (var pod in gone)
        {
            // Those who are terminating have left the ledger already.
            ledger = pod.Bound.IsTerminating ? ledger : Without(ledger, pod);
        }

        return ledger;
    }

    private static QuotaLedger Without(QuotaLedger ledger, Occupant pod) => ledger.Giving(pod.Bound.Pod.Namespace, pod.Bound.Pod.Request);

    private bool IsAbove(Occupant pod, Shortage shortage) => IsEased(above[pod.Quota!.Number] ??= AboveIn(ledger, pod.Quota), pod, shortage);

    private static bool IsEased(string[] names, Occupant pod, Shortage shortage)
    {
        foreach (var name in names)
        {
            if (shortage.IsEasedBy(pod, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The resources in which a quota is above its min (R1), or its min and fair share (R2).</summary>
    private string[] AboveIn(QuotaLedger then, QuotaPods quota)
    {
        var used = then.UsedIn(quota.Space);
        var names = new List<string>();
        foreach (var (name, min) in quota.Quota.Min.All)
        {
            var share = Entitlement == ReclaimRule.R2 ? then.PoolOf(name).FairShare(min) : 0;
            if (used[name] > (Int128)min + share)
            {
                names.Add(name);
            }
        }

        return [.. names];
    }

    /// <summary>Quota by quota, in each the smallest first by what is lacking: then the last may be large, and a set is refused only where no turn would do.</summary>
    private static int InTurn(Occupant left, Occupant right, Shortage shortage)
    {
        var (mine, theirs) = (left.Quota!.Quota, right.Quota!.Quota);
        var order = string.CompareOrdinal(mine.Key.Namespace, theirs.Key.Namespace);
        order = order != 0 ? order : string.CompareOrdinal(mine.Key.Name, theirs.Key.Name);
        order = order != 0 ? order : mine.Key.IsComposite.CompareTo(theirs.Key.IsComposite);
        foreach (var (name, _) in mine.Min.All)
        {
            if (order == 0 && (shortage.IsEasedBy(left, name) || shortage.IsEasedBy(right, name)))
            {
                order = left.Bound.Pod.Request[name].CompareTo(right.Bound.Pod.Request[name]);
            }
        }

        return order != 0 ? order : Occupant.Compare(left, right);
    }
}
