using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>
/// Two A100 nodes and four namespaces, three of them under quotas, over time: pods come, end, quotas are edited, and after each step who waits is judged, placed, or
/// has others evicted, by the production decisions. What must always hold is asserted where it could break.
/// </summary>
internal sealed class QuotaStory
{
    private const string Memory = Staged.Gpu;
    private readonly Dictionary<string, Node> nodes = new[] { "n1", "n2" }.ToDictionary(
        name => name, name => new Node(name, PartitioningMode.Mig, Misfit.None, [new Gpu(0, Draw.A100, [])], new NodeRoom(16_000, 1L << 40, 20)));
    private readonly Dictionary<string, BoundPod> bound = [];
    private readonly List<(Preemptor Pod, DateTimeOffset Created)> waiting = [];
    private readonly Dictionary<string, Quota> quotas = [];
    private DateTimeOffset now = Staged.Noon;
    private int count;

    internal int Evictions { get; private set; }

    private QuotaLedger Ledger => bound.Values.Aggregate(QuotaLedger.Of(quotas.Values), (ledger, pod) => ledger.Taking(pod.Pod.Namespace, pod.Pod.Request));

    internal void Arrive(string space, string profile, int priority, int cpu)
    {
        var demand = PodDemand.Of([new ContainerDemand("main", ContainerKind.Main, Draw.Resource(profile), 1, default)], new NodeRoom(cpu * 1000, 0, 1));
        waiting.Add((new Preemptor($"p{count++}", space, priority, true, demand, NodeRequirements.None, Staged.Request(demand)), now));
    }

    internal void End(int which)
    {
        if (bound.Count > 0)
        {
            Remove(bound.Keys.Order(StringComparer.Ordinal).ElementAt(which % bound.Count));
        }
    }

    internal void Edit(string space, int min, int max, int cpu) => quotas[space] = new Quota(
        new QuotaKey(space, "q", false),
        space == "b" ? ["b", "b2"] : [space],
        Staged.Amounts([(Memory, min), .. cpu > 0 ? [("cpu", cpu * 1000L)] : Array.Empty<(string, long)>()]),
        max > 0 ? Staged.Amounts((Memory, max)) : default,
        Staged.Noon);

    /// <summary>Everybody who waits is served as far as the rules allow, until nothing changes any more.</summary>
    internal void Settle()
    {
        now = now.AddMinutes(1);
        while (waiting.OrderByDescending(each => each.Pod.Priority).ThenBy(each => each.Created).ThenBy(each => each.Pod.Uid, StringComparer.Ordinal).Any(each => Serve(each.Pod, each.Created)))
        {
        }

        SharesAreIdle();
        NobodyIsKeptFromTheirOwn();
    }

    private bool Serve(Preemptor pod, DateTimeOffset created)
    {
        if (Ledger.Judge(pod.Namespace, pod.Request).IsAllowed
            && nodes.Values.FirstOrDefault(node => new NodeFilter(pod.Demand).Check(node) == Misfit.None && node.Room.Holds(pod.Demand.Room)) is { } fitting)
        {
            Place(pod, created, fitting.Name, NodePlacer.Place(fitting, pod.Demand, PlacementPolicy.Fragmentation)!);
            return true;
        }

        var decision = Reclaim.Decide(Scene(), pod, null, new HashSet<string>());
        if (decision.Kind != ReclaimKind.Evicts)
        {
            return false;
        }

        Evict(pod, decision.Victims);
        Place(pod, created, decision.Node!, decision.Placement!);
        return true;
    }

    private void Evict(Preemptor pod, IReadOnlyList<Victim> victims)
    {
        foreach (var victim in victims.OrderBy(victim => victim.Pod.Pod.Request[Memory]))
        {
            var (ledger, taken) = (Ledger, victim.Pod.Pod);
            if (victim.Rule is ReclaimRule.R1 or ReclaimRule.R2)
            {
                var quota = ledger.RulerOf(taken.Namespace)!;
                Assert.NotEqual(ledger.RulerOf(pod.Namespace)!.Key, quota.Key);
                Assert.Equal(QuotaStanding.OverQuota, Standing(quota, taken.Uid));
                var used = ledger.UsedIn(taken.Namespace);
                Assert.Contains(quota.Min.All, min => taken.Request[min.Name] > 0 && used[min.Name] > min.Amount);
            }
            else
            {
                Assert.Equal(ledger.RulerOf(pod.Namespace)?.Key, ledger.RulerOf(taken.Namespace)?.Key);
                Assert.True(taken.Priority < pod.Priority);
            }

            Remove(taken.Uid);
            Evictions++;
        }
    }

    private void Place(Preemptor pod, DateTimeOffset created, string node, NodePlacement placement)
    {
        Assert.True(Ledger.Judge(pod.Namespace, pod.Request).IsAllowed);
        var (target, _) = PlacementTaking.Take(nodes[node], placement, pod.Demand, pod.Uid)!.Value;
        foreach (var gpu in target.Gpus)
        {
            target = target.With(new Gpu(gpu.Index, gpu.Model, [.. gpu.Slices.Select(slice => slice.OwnerUid == pod.Uid ? slice with { Hold = SliceHold.Used } : slice)]));
        }

        Assert.True(target.Room is { CpuMilli: >= 0, Pods: >= 0 });
        nodes[node] = target;
        bound[pod.Uid] = new BoundPod(new QuotaPod(pod.Uid, pod.Namespace, pod.Uid, created, pod.Priority, pod.Request), node, pod.Demand, now);
        waiting.RemoveAll(each => each.Pod.Uid == pod.Uid);
    }

    private void Remove(string uid)
    {
        if (bound.Remove(uid, out var gone))
        {
            nodes[gone.Node] = nodes[gone.Node].Without(new HashSet<string> { uid }, gone.Demand.Room, gone.Demand.Others);
        }
    }

    private ReclaimScene Scene() => new(ClusterSnapshot.Of(nodes.Values), Ledger, [.. bound.Values], new Dictionary<string, int>(), now);

    private QuotaStanding Standing(Quota quota, string uid) =>
        QuotaStandings.Of(quota, bound.Values.Select(pod => pod.Pod).Where(pod => quota.Namespaces.Contains(pod.Namespace))).Single(one => one.Pod.Uid == uid).Standing;

    private void SharesAreIdle()
    {
        var ledger = Ledger;
        foreach (var resource in new[] { Memory, "cpu" })
        {
            Assert.True(ledger.Quotas.Aggregate(Int128.Zero, (sum, quota) => sum + ledger.FairShareIn(quota.Namespaces[0])[resource]) <= ledger.PoolOf(resource).Idle);
        }
    }

    /// <summary>No pod within its min waits while over-quota pods of one node could go, one after the other while their quotas are above min, and it would fit.</summary>
    private void NobodyIsKeptFromTheirOwn()
    {
        foreach (var (pod, _) in waiting.Where(each => Ledger.Judge(each.Pod.Namespace, each.Pod.Request).Kind == QuotaVerdictKind.WithinMin))
        {
            var own = Ledger.RulerOf(pod.Namespace)!;
            foreach (var node in nodes.Values)
            {
                var (ledger, then) = (Ledger, node);
                foreach (var candidate in bound.Values.Where(each => each.Node == node.Name).OrderBy(each => each.Pod.Request[Memory]).ThenBy(each => each.Pod.Uid, StringComparer.Ordinal))
                {
                    if (ledger.RulerOf(candidate.Pod.Namespace) is { } quota && quota.Key != own.Key && Standing(quota, candidate.Pod.Uid) == QuotaStanding.OverQuota
                        && quota.Min.Has(Memory) && ledger.UsedIn(candidate.Pod.Namespace)[Memory] > quota.Min[Memory])
                    {
                        ledger = ledger.Giving(candidate.Pod.Namespace, candidate.Pod.Request);
                        then = then.Without(new HashSet<string> { candidate.Pod.Uid }, candidate.Demand.Room, candidate.Demand.Others);
                        Assert.False(new NodeFilter(pod.Demand).Check(then) == Misfit.None && then.Room.Holds(pod.Demand.Room) && new NodeFilter(pod.Demand).Check(node) != Misfit.None);
                    }
                }
            }
        }
    }
}
