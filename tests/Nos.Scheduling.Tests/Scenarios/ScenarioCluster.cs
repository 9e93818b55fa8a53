using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>A cluster as the server sees it, made from the documents of a scenario.</summary>
internal sealed class ScenarioCluster
{
    internal ScenarioCluster(IEnumerable<ScenarioNode> nodes, params ScenarioPod[] pods)
    {
        State = new ClusterState(new ManualClock());
        State.Apply(new InformerEvent<NodeDocument>(true, [.. nodes.Select(node => node.Document)], []));
        var reporting = nodes.Where(node => !node.IsSilent).ToList();
        State.Apply(new InformerEvent<GpuNodeDocument>(true, [.. reporting.Select(node => node.GpuNode)], []));
        State.Apply(new InformerEvent<LeaseDocument>(true, [.. reporting.Select(node => Facts.Lease(node.Name))], []));
        State.Apply(new InformerEvent<PodDocument>(true, [.. pods.Select(pod => pod.Document)], []));
    }

    internal ClusterState State { get; }

    internal PartitioningPlan Plan() => PartitioningPlanner.Plan(
        State.Current, [.. State.Pods().Where(pod => pod.IsWaiting).Select(pod => pod.ToPending())], PlacementPolicy.Fragmentation);

    /// <summary>Why a pod with one slice does not go onto the node now.</summary>
    internal Misfit Check(string node, string slice) =>
        new NodeFilter(PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, Draw.Resource(slice), 1)])).Check(State.Current.Find(node)!);
}
