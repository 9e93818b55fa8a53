using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>Tries every set of pods of every node, with the rules written once more, the plain way.</summary>
internal sealed class EveryEviction
{
    private readonly Stage stage;
    private readonly Preemptor preemptor;
    private readonly string[] spared;
    private readonly QuotaLedger ledger;
    private readonly HashSet<string> over;

    internal EveryEviction(Stage stage, Preemptor preemptor, string[] spared)
    {
        (this.stage, this.preemptor, this.spared) = (stage, preemptor, spared);
        var staying = stage.Pods.Where(pod => !pod.IsTerminating).ToList();
        ledger = Used(staying);
        over = Over(stage.Pods).Intersect(Over(staying)).ToHashSet();
    }

    /// <summary>Whether some node has room, or will have it without eviction.</summary>
    internal bool HasRoom => stage.Nodes.Any(node => IsEnough(node, []));

    /// <summary>The best set with its node; <see langword="null"/> where no set will do.</summary>
    internal (string Node, string[] Victims)? Best()
    {
        var sets = stage.Nodes.Order(StringComparer.Ordinal).SelectMany(node => Sets(node).Select(set => (Node: node, Set: set))).Where(way => IsEnough(way.Node, way.Set) && MayGoTogether(way.Node, way.Set));
        var best = sets.OrderBy(way => Violations(way.Set)).ThenBy(way => way.Set.Max(pod => pod.Priority)).ThenBy(way => way.Set.Length)
            .ThenBy(way => way.Set.Sum(pod => pod.Minutes)).ThenBy(way => string.Join(' ', way.Set.Select(pod => $"{pod.Priority:00} {pod.Minutes:000} {pod.Space} {pod.Name}"))).FirstOrDefault();
        return best.Set is null ? null : (best.Node, [.. best.Set.Select(pod => pod.Name)]);
    }

    /// <summary>Whether the preemptor fits its quota and the node when those have gone, and who is terminating, by what judges where nobody filters.</summary>
    internal bool IsEnough(string name, Staged[] gone)
    {
        var staying = stage with { Pods = [.. stage.Pods.Where(pod => !pod.IsTerminating && !gone.Contains(pod))] };
        var node = staying.Scene.Cluster.Find(name)!;
        return staying.Scene.Ledger.Judge(preemptor.Namespace, preemptor.Request).IsAllowed && new NodeSuitability(preemptor.Demand, preemptor.Requirements).Check(node).IsNone;
    }

    /// <summary>Whether there is an order in which each may go after those before it.</summary>
    internal bool MayGoTogether(string node, Staged[] pods) => MayGo(node, pods, ledger);

    private bool MayGo(string node, Staged[] pods, QuotaLedger then) => pods.Length == 0
        || pods.Any(pod => MayGo(node, pod, then) && MayGo(node, [.. pods.Where(other => other != pod)], then.Giving(pod.Space, pod.Bound.Pod.Request)));

    private bool MayGo(string node, Staged pod, QuotaLedger then)
    {
        var (own, theirs) = (ledger.RulerOf(preemptor.Namespace), ledger.RulerOf(pod.Space));
        var verdict = ledger.Judge(preemptor.Namespace, preemptor.Request).Kind;
        var byShare = verdict is QuotaVerdictKind.WithinFairShare or QuotaVerdictKind.Borrows && ledger.IsWithinFairShare(preemptor.Namespace, preemptor.Request);
        if (pod.Node != node || pod.IsProtected || pod.IsTerminating || pod.Priority >= 2_000_000_000 || spared.Contains(pod.Name))
        {
            return false;
        }

        if (own == theirs)
        {
            return pod.Priority < preemptor.Priority;
        }

        var lacking = Lacking(node).Where(name => Leaves(pod, name)).ToList();
        return own is not null && (verdict == QuotaVerdictKind.WithinMin || byShare) && (theirs is null
            ? stage.ReclaimsUnquoted && lacking.Count > 0
            : over.Contains(pod.Name) && lacking.Exists(name => theirs.Min.Has(name) && pod.Bound.Pod.Request[name] > 0
                && then.UsedIn(pod.Space)[name] > theirs.Min[name] + (byShare ? then.FairShareIn(pod.Space)[name] : 0)));
    }

    private static bool Leaves(Staged pod, string name) => name switch
    {
        "cpu" => pod.Cpu > 0,
        "memory" => pod.Memory > 0,
        "pods" => true,
        _ => pod.Slices.Length > 0,
    };

    /// <summary>The names, as quotas know them, of what the preemptor lacks on a node.</summary>
    private IEnumerable<string> Lacking(string name)
    {
        var node = (stage with { Pods = [.. stage.Pods.Where(pod => !pod.IsTerminating)] }).Scene.Cluster.Find(name)!;
        var (room, asked) = (node.Room, preemptor.Demand.Room);
        return (new NodeFilter(preemptor.Demand).Check(node) == Misfit.None ? [] : new[] { Staged.Gpu })
            .Concat(asked.CpuMilli > Math.Max(0, room.CpuMilli) ? ["cpu"] : [])
            .Concat(asked.MemoryBytes > Math.Max(0, room.MemoryBytes) ? ["memory"] : [])
            .Concat(asked.Pods > Math.Max(0, room.Pods) ? ["pods"] : []);
    }

    private IEnumerable<Staged[]> Sets(string node)
    {
        var here = stage.Pods.Where(pod => pod.Node == node).OrderBy(pod => pod.Priority).ThenBy(pod => pod.Minutes).ThenBy(pod => pod.Space, StringComparer.Ordinal).ThenBy(pod => pod.Name, StringComparer.Ordinal).ToArray();
        return Enumerable.Range(1, (1 << here.Length) - 1).Select(bits => here.Where((_, at) => (bits >> at & 1) == 1).ToArray());
    }

    private int Violations(Staged[] set)
    {
        var left = new Dictionary<string, int>(stage.Budgets);
        return set.Count(pod => pod.Budgets.Select(budget => left[budget] = left.GetValueOrDefault(budget) - 1).ToList().Exists(more => more < 0));
    }

    private QuotaLedger Used(IEnumerable<Staged> pods) => pods.Aggregate(QuotaLedger.Of(stage.Quotas), (then, pod) => then.Taking(pod.Space, pod.Bound.Pod.Request));

    private IEnumerable<string> Over(IEnumerable<Staged> pods) => stage.Quotas
        .SelectMany(quota => QuotaStandings.Of(quota, pods.Where(pod => quota.Namespaces.Contains(pod.Space)).Select(pod => pod.Bound.Pod)))
        .Where(standing => standing.Standing == QuotaStanding.OverQuota).Select(standing => standing.Pod.Uid);
}
