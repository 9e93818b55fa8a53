using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

/// <summary>A cluster of quotas and pods, for what is shown of them.</summary>
internal sealed class QuotaCluster
{
    private readonly HeardQuotas heard = new();

    internal ClusterState State { get; } = new(TimeProvider.System);

    internal KnownQuotas Known => heard.Current;

    internal IReadOnlyList<QuotaView> Views => QuotaViews.Of(Known, State);

    internal void Add(params ElasticQuotaDocument[] quotas) => Take(new InformerEvent<ElasticQuotaDocument>(false, quotas, []));

    internal void Remove(params ElasticQuotaDocument[] quotas) => Take(new InformerEvent<ElasticQuotaDocument>(false, [], quotas));

    internal void Add(params CompositeElasticQuotaDocument[] quotas)
    {
        var change = new InformerEvent<CompositeElasticQuotaDocument>(false, quotas, []);
        heard.Apply(change);
        State.Apply(change);
    }

    /// <summary>A pod of that many GB of a share, created that many minutes after noon; running, or waiting where it has no node.</summary>
    internal PodRecord AddPod(
        string key, int gb, string? node = "n1", int minute = 0, int priority = 0, string? phase = null, string scheduler = "nos-scheduler", params (string Resource, int Count)[] more)
    {
        var (space, name) = (key.Split('/')[0], key.Split('/')[1]);
        var pod = Facts.Pod(name, node, null, phase ?? (node is null ? "Pending" : "Running"), [.. gb > 0 ? new[] { ($"nvidia.com/gpu-{gb}gb", 1) } : [], .. more]);
        var container = pod.Spec.Containers[0];
        pod = pod with
        {
            Metadata = pod.Metadata with { Namespace = space, Uid = $"uid-{space}-{name}", CreationTimestamp = Facts.Now.AddMinutes(minute) },
            Spec = pod.Spec with { SchedulerName = scheduler, Priority = priority, Containers = [container with { Resources = container.Resources! with { Requests = container.Resources.Limits } }] },
        };
        State.Apply(new InformerEvent<PodDocument>(false, [pod], []));
        return PodRecords.Of(pod)!;
    }

    /// <summary>A node of one A100 that somebody else has all of.</summary>
    internal void AddFullNode()
    {
        AddPod("else/whole", 0, more: ("nvidia.com/mig-7g.80gb", 1));
        State.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node(count: "1")], []));
        State.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1")], []));
        State.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode(["0/7g.80gb@0"], ["0/7g.80gb@0=Used:else-whole"], gpus: 1)], []));
    }

    private void Take(InformerEvent<ElasticQuotaDocument> change)
    {
        heard.Apply(change);
        State.Apply(change);
    }
}
