using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class PromisePlanTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private const string TwoG = "nvidia.com/mig-2g.20gb";

    [Fact]
    public void Leaves_a_promise_that_is_the_truth() =>
        Assert.Empty(Corrections(Facts.GpuNode(["0/1g.10gb@1"], ["0/1g.10gb@1=Used:p"]), Facts.Pod("p", "n1", "main=0/1g.10gb@1", "Running", (OneG, 1))));

    [Fact]
    public void Writes_what_kubelet_gave_of_two_like_slices()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@0", "1/1g.10gb@4"], ["0/1g.10gb@0=Used:b", "1/1g.10gb@4=Used:a"]);

        Assert.Equal(
            ["a: main=1/1g.10gb@4", "b: main=0/1g.10gb@0"],
            Corrections(gpuNode, Facts.Pod("b", "n1", "main=1/1g.10gb@4", "Running", (OneG, 1)), Facts.Pod("a", "n1", "main=0/1g.10gb@0", "Running", (OneG, 1))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("main=0/7g.80gb@0")]
    [InlineData("main=0/1g.10gb@0,main=0/1g.10gb@2")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void Writes_the_truth_over_what_a_pod_bound_by_hand_says(string? forged) => Assert.Equal(
        ["p: main=0/1g.10gb@2"],
        Corrections(Facts.GpuNode(["0/1g.10gb@2"], ["0/1g.10gb@2=Used:p"]), Facts.Pod("p", "n1", forged, "Running", (OneG, 1))));

    [Theory]
    [InlineData("main=0/1g.10gb@0")]
    [InlineData("nonsense")]
    [InlineData("")]
    public void Removes_a_promise_from_a_pod_that_asks_for_no_slice(string forged)
    {
        Assert.Equal(["p: "], Corrections(Facts.GpuNode([], []), Facts.Pod("p", "n1", forged, "Running", ("cpu", 1))));
        Assert.Equal(["p: "], Corrections(null, Facts.Pod("p", "n1", forged, "Running", ("cpu", 1))));
    }

    [Fact]
    public void Leaves_pods_without_slices_and_without_promise_alone() =>
        Assert.Empty(Corrections(Facts.GpuNode([], []), Facts.Pod("p", "n1", null, "Running", ("cpu", 1))));

    [Theory]
    [InlineData("main=0/1g.10gb@0")]
    [InlineData("main=0/7g.80gb@0")]
    [InlineData(null)]
    public void Leaves_a_promise_until_the_agent_has_reported_the_pods_devices(string? promise)
    {
        var pod = Facts.Pod("p", "n1", promise, "Running", (OneG, 1));

        Assert.Empty(Corrections(Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0"]), pod));
        Assert.Empty(Corrections(Facts.GpuNode(["0/1g.10gb@0"], []) with { Status = null }, pod));
        Assert.Empty(Corrections(null, pod));
    }

    [Fact]
    public void Leaves_a_promise_while_only_half_of_it_is_reported()
    {
        var pod = Facts.Pod("p", "n1", "main=0/1g.10gb@0,main=0/1g.10gb@1", "Running", (OneG, 2));

        Assert.Empty(Corrections(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@3"], ["0/1g.10gb@0=Used:p", "0/1g.10gb@3"]), pod));
        Assert.Equal(
            ["p: main=0/1g.10gb@0,main=0/1g.10gb@3"],
            Corrections(Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@3"], ["0/1g.10gb@0=Used:p", "0/1g.10gb@3=Used:p"]), pod));
    }

    [Fact]
    public void Orders_by_container_resource_GPU_and_start_as_promises_are_written()
    {
        var pod = With(Facts.Pod("p", "n1", null, "Running"), Container("b", (OneG, 2)), Container("a", (TwoG, 1), (OneG, 1)));
        var gpuNode = Used(("0/2g.20gb@4", "a"), ("1/1g.10gb@2", "b"), ("0/1g.10gb@3", "a"), ("0/1g.10gb@0", "b"));

        Assert.Equal(["p: a=0/1g.10gb@3,a=0/2g.20gb@4,b=0/1g.10gb@0,b=1/1g.10gb@2"], Corrections(gpuNode, pod));
    }

    [Fact]
    public void Names_the_init_containers_that_share_a_slice_with_a_later_one()
    {
        var pod = With(Facts.Pod("p", "n1", null, "Running"), Container("work", (OneG, 1))) is var plain
            ? plain with { Spec = plain.Spec with { InitContainers = [Container("setup", (OneG, 2))] } } : plain;

        Assert.Equal(
            ["p: setup=0/1g.10gb@0,setup=0/1g.10gb@1,work=0/1g.10gb@1"],
            Corrections(Used(("0/1g.10gb@0", "setup"), ("0/1g.10gb@1", "work")), pod));
    }

    [Fact]
    public void Gives_slices_whose_container_nobody_names_to_the_requests_in_order()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@1"], ["0/1g.10gb@1=Used:p"]);
        var slice = gpuNode.Status!.Gpus[0].Slices[0];
        gpuNode.Status.Gpus[0].Slices[0] = slice with { Pod = "team/p", PodUid = null };

        Assert.Equal(["p: main=0/1g.10gb@1"], Corrections(gpuNode, Facts.Pod("p", "n1", null, "Running", (OneG, 1))));
    }

    [Fact]
    public void Believes_no_report_about_another_pod_of_the_same_name()
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@1"], ["0/1g.10gb@1=Used:p"]);
        var slice = gpuNode.Status!.Gpus[0].Slices[0];
        gpuNode.Status.Gpus[0].Slices[0] = slice with { PodUid = "uid-of-an-earlier-one" };

        Assert.Empty(Corrections(gpuNode, Facts.Pod("p", "n1", "main=0/1g.10gb@0", "Running", (OneG, 1))));
    }

    [Fact]
    public void Tells_of_slices_that_a_pod_has_beyond_what_it_asks_for() => Assert.Equal(
        ["p: main=0/1g.10gb@0,main=0/1g.10gb@1"],
        Corrections(
            Facts.GpuNode(["0/1g.10gb@0", "0/1g.10gb@1"], ["0/1g.10gb@0=Used:p", "0/1g.10gb@1=Used:p"]),
            Facts.Pod("p", "n1", "main=0/1g.10gb@0", "Running", (OneG, 1))));

    [Fact]
    public void Knows_a_slice_by_the_name_that_the_spec_advertises_it_under()
    {
        var gpuNode = Facts.GpuNode(["0/7g.80gb@0"], ["0/7g.80gb@0=Used:p"]);
        gpuNode.Spec.Gpus![0].Slices[0] = gpuNode.Spec.Gpus[0].Slices[0] with { Resource = "nvidia.com/mig-7g.79gb" };

        Assert.Equal(["p: main=0/7g.80gb@0"], Corrections(gpuNode, Facts.Pod("p", "n1", null, "Running", ("nvidia.com/mig-7g.79gb", 1))));
    }

    [Fact]
    public void Writes_MPS_shares_by_their_number()
    {
        var share = new SliceStatus { Id = "0-5gb-2", MemoryGB = 5, State = SliceStates.Used, Pod = "team/p/main", PodUid = "uid-p" };
        var gpuNode = Facts.GpuNode([], [], mode: "MPS");
        gpuNode.Status!.Gpus[0] = gpuNode.Status.Gpus[0] with { Slices = [share] };

        Assert.Equal(["p: main=0/5gb#2"], Corrections(gpuNode, Facts.Pod("p", "n1", "main=0/5gb#1", "Running", ("nvidia.com/gpu-5gb", 1))));
    }

    [Theory]
    [InlineData("main=0/1g.10gb@3")]
    [InlineData("a=0/1g.10gb.me@3,b=11/10gb#47")]
    public void Writes_a_promise_as_it_was_read(string promise) =>
        Assert.Equal(promise, string.Join(',', PromisedSlice.ReadAll(promise)));

    private static string[] Corrections(GpuNodeDocument? gpuNode, params PodDocument[] pods) =>
        [.. PromisePlan.Of(pods.Select(pod => PodRecords.Of(pod)!), gpuNode).Select(correction => $"{correction.Pod.Name}: {correction.Promise}")];

    private static PodDocument With(PodDocument pod, params Container[] containers) => pod with { Spec = pod.Spec with { Containers = containers } };

    private static Container Container(string name, params (string Resource, int Count)[] asks) =>
        new() { Name = name, Resources = new ContainerResources { Limits = asks.ToDictionary(ask => ask.Resource, ask => Quantity.Of(ask.Count)) } };

    private static GpuNodeDocument Used(params (string Slice, string Container)[] slices)
    {
        var gpuNode = Facts.GpuNode([.. slices.Select(one => one.Slice)], [.. slices.Select(one => $"{one.Slice}=Used:p")]);
        foreach (var gpu in gpuNode.Status!.Gpus)
        {
            for (var index = 0; index < gpu.Slices.Length; index++)
            {
                var container = slices.Single(one => Facts.Spec(one.Slice).Id == gpu.Slices[index].Id).Container;
                gpu.Slices[index] = gpu.Slices[index] with { Pod = $"team/p/{container}" };
            }
        }

        return gpuNode;
    }
}
