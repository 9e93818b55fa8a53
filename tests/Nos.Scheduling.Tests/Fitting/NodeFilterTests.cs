using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class NodeFilterTests
{
    [Theory]
    [InlineData("........", "7g.80gb", Misfit.None)]
    [InlineData("......#.", "7g.80gb", Misfit.NoOpenPlacement)]
    [InlineData("......#.", "4g.40gb", Misfit.None)]
    [InlineData("#.......", "4g.40gb", Misfit.NoOpenPlacement)]
    [InlineData("#######.", "1g.10gb", Misfit.NoOpenPlacement)]
    [InlineData("........", "1g.6gb", Misfit.ProfileNotOffered)]
    [InlineData("........", "10gb", Misfit.ProfileNotOffered)]
    public void Says_why_a_slice_does_not_go_onto_a_node(string held, string asked, Misfit expected) =>
        Assert.Equal(expected, new NodeFilter(Draw.Pod(asked)).Check(Draw.Node("n", Draw.Held(Draw.A100, held))));

    [Fact]
    public void Gives_a_slice_that_two_halves_of_a_pod_would_both_want_only_once()
    {
        var node = Draw.Node("n", Draw.Held(Draw.A100, "####...."));

        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("2g.20gb", "1g.10gb")).Check(node));
        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("3g.40gb", "1g.10gb")).Check(node));
        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("2g.20gb", "2g.20gb")).Check(node));
    }

    [Fact]
    public void Spreads_a_pod_over_the_GPUs_of_a_node()
    {
        var node = Draw.Node("n", Draw.Held(Draw.A100, "####....", 0), Draw.Held(Draw.A100, "....####", 1));

        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("3g.40gb", "4g.40gb")).Check(node));
        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("4g.40gb", "4g.40gb")).Check(node));
    }

    [Fact]
    public void Counts_free_slices_as_room() =>
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("7g.80gb")).Check(Draw.Node("n", Draw.Gpu(Draw.A100, "-1g.10gb@0", "-3g.40gb@4"))));

    [Fact]
    public void Allows_one_set_of_media_engines_a_GPU()
    {
        var node = Draw.Node("n", Draw.Gpu(Draw.A100, "1g.10gb+me@0"));

        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("1g.10gb+me")).Check(node));
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("1g.10gb")).Check(node));
        Assert.Equal(Misfit.NoOpenPlacement, new NodeFilter(Draw.Pod("1g.24gb")).Check(Draw.Node("n", Draw.Gpu(Draw.Rtx, "1g.24gb+me.all@0"))));
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("1g.24gb-me")).Check(Draw.Node("n", Draw.Gpu(Draw.Rtx, "1g.24gb+me.all@0"))));
    }

    [Fact]
    public void Says_which_limit_of_MPS_is_reached_on_the_GPU_that_came_closest()
    {
        Assert.Equal(21, Draw.A10.UsableGB);
        Assert.Equal(Misfit.None, Check(Draw.Pod("11gb"), "10gb@1"));
        Assert.Equal(Misfit.NotEnoughGpuMemory, Check(Draw.Pod("12gb"), "10gb@1"));
        Assert.Equal(Misfit.ProfileNotOffered, Check(Draw.Pod("22gb"), "10gb@1"));
        Assert.Equal(Misfit.UidConflict, Check(Mps(5, 0, 2000), "10gb@1"));
        Assert.Equal(Misfit.None, Check(Mps(5, 100, 1000), "10gb@1"));

        var busy = new Gpu(0, Draw.A10, [new Slice(SliceShape.Mps(5, 1), SliceResource.Mps(5), SliceHold.Used, "u", new MpsDemand(60, 1000))]);
        Assert.Equal(Misfit.NotEnoughGpuCompute, new NodeFilter(Mps(5, 50, 1000)).Check(Draw.MpsNode("n", busy)));
    }

    [Fact]
    public void Keeps_the_client_limit()
    {
        var big = GpuCatalog.Find("NVIDIA-A40")!;
        var model = new GpuModel("big", 200 * 1024, 199, []);
        var clients = Enumerable.Range(1, MpsLimits.Clients).Select(number => new Slice(SliceShape.Mps(1, number), SliceResource.Mps(1), SliceHold.Used, "u", new MpsDemand(0, 1000)));

        Assert.Equal(Misfit.ClientLimit, new NodeFilter(Draw.Pod("1gb")).Check(Draw.MpsNode("n", new Gpu(0, model, [.. clients]))));
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod("1gb")).Check(Draw.MpsNode("n", new Gpu(0, big, []))));
    }

    [Fact]
    public void Gives_the_nodes_obstacle_on()
    {
        var node = new Node("n", PartitioningMode.Mig, Misfit.AgentSilent, [Draw.Gpu(Draw.A100)], default);

        Assert.Equal(Misfit.AgentSilent, new NodeFilter(Draw.Pod("1g.10gb")).Check(node));
        Assert.Equal(Misfit.None, new NodeFilter(Draw.Pod()).Check(node));
    }

    private static Misfit Check(PodDemand pod, params string[] slices) => new NodeFilter(pod).Check(Draw.MpsNode("n", Draw.Gpu(Draw.A10, slices)));

    private static PodDemand Mps(int memoryGB, int percent, long uid) =>
        PodDemand.Of([new ContainerDemand("c", ContainerKind.Main, SliceResource.Mps(memoryGB), 1, new MpsDemand(percent, uid))]);
}
