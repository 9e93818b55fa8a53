using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Nodes;
using Taint = Nos.Scheduling.Cluster.Documents.Taint;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class NodeTraitsTests
{
    [Fact]
    public void Tells_labels_and_taints()
    {
        var node = Facts.Node() with { Spec = new NodeSpec { Taints = [new Taint { Key = "team", Value = "ml", Effect = "NoSchedule" }, new Taint { Key = "odd", Effect = "Whatever" }] } };

        var traits = Assembled(node).Traits;

        Assert.Equal("mig", traits.Labels["nos.nebuly.com/gpu-partitioning"]);
        Assert.Equal(["team=ml:NoSchedule"], traits.Taints.Select(taint => taint.ToString()));
    }

    [Fact]
    public void A_cordon_is_a_taint_that_can_be_tolerated_and_is_told_once()
    {
        var cordon = new Taint { Key = "node.kubernetes.io/unschedulable", Effect = "NoSchedule" };

        Assert.Equal(["node.kubernetes.io/unschedulable:NoSchedule"], Assembled(Facts.Node() with { Spec = new NodeSpec { Unschedulable = true } }).Traits.Taints.Select(taint => taint.ToString()));
        Assert.Single(Assembled(Facts.Node() with { Spec = new NodeSpec { Unschedulable = true, Taints = [cordon] } }).Traits.Taints);
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData("False", false)]
    [InlineData("Unknown", false)]
    [InlineData(null, true)]
    public void Is_ready_where_kubelet_says_so_or_nobody_says_anything(string? ready, bool isReady)
    {
        Condition[] conditions = ready is null ? [] : [new Condition { Type = "Ready", Status = ready }];

        Assert.Equal(isReady, Assembled(Facts.Node() with { Status = new NodeStatus { Conditions = conditions } }).Traits.IsReady);
    }

    [Fact]
    public void What_bound_and_reserved_pods_take_of_other_resources_is_gone()
    {
        var state = new ClusterState(TimeProvider.System);
        var node = Facts.Node() with { Status = new NodeStatus { Allocatable = new() { ["cpu"] = new("8"), ["memory"] = new("64Gi"), ["pods"] = new("110"), ["ephemeral-storage"] = new("10Gi"), ["example.com/nic"] = new("4"), ["nvidia.com/mig-1g.10gb"] = new("7") } } };
        state.Apply(new InformerEvent<NodeDocument>(true, [node], []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1")], []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [Facts.GpuNode([], [])], []));
        var waiting = Asking("waiting", null, ("example.com/nic", "1"), ("ephemeral-storage", "1Gi"), ("nvidia.com/mig-1g.10gb", "1"));
        state.Apply(new InformerEvent<PodDocument>(true, [waiting, Asking("bound", "n1", ("example.com/nic", "2"), ("nos.nebuly.com/quota", "1"))], []));

        Assert.NotNull(state.Reserve(state.FindPod("uid-waiting")!, "n1", Scheduling.Fitting.PlacementPolicy.Fragmentation, DateTimeOffset.UtcNow.AddMinutes(1)).Reservation);

        Assert.Equal("ephemeral-storage 9663676416, example.com/nic 1", state.Current.Find("n1")!.Others.ToString());
    }

    [Fact]
    public void Init_containers_and_sidecars_count_as_they_do_for_cpu()
    {
        var pod = Facts.Pod("p") with
        {
            Spec = new PodSpec
            {
                InitContainers = [Container("setup", "5"), Container("proxy", "1") with { RestartPolicy = "Always" }, Container("late", "3")],
                Containers = [Container("main", "1"), Container("aux", "1")],
                Overhead = new() { ["example.com/nic"] = new("1") },
            },
        };

        Assert.Equal(6, PodDemands.Of(pod).Others["example.com/nic"]);
    }

    private static Node Assembled(NodeDocument node) =>
        NodeAssembler.Assemble(new NodeFacts("n1", node, null, [], [], true, null, _ => null, Facts.Now), new GpuModels());

    private static Container Container(string name, string nics) =>
        new() { Name = name, Resources = new ContainerResources { Requests = new() { ["example.com/nic"] = new(nics) } } };

    private static PodDocument Asking(string name, string? node, params (string Resource, string Amount)[] asks)
    {
        var amounts = asks.ToDictionary(ask => ask.Resource, ask => new Quantity(ask.Amount));
        var pod = Facts.Pod(name, node);
        return pod with { Spec = pod.Spec with { Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = amounts, Requests = amounts } }] } };
    }
}
