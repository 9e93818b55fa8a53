using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;
using Nos.Scheduling.Tests.Planning;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>What becomes of the slices of a node when pods want some: a pod is a row of names, pods are separated by <c>|</c>.</summary>
public sealed class SlicingScenarioTests
{
    private const string A30 = "NVIDIA-A30";
    private const string A100 = "NVIDIA-A100-SXM4-80GB";
    private const string A100Of40 = "NVIDIA-A100-SXM4-40GB";

    /// <summary>Only what somebody asks for is cut: where nos fills a GPU up with the smallest profile, the rest stays uncut here.</summary>
    [Theory]
    [InlineData(A30, "1g.6gb@0 1g.6gb@1 1g.6gb@2 1g.6gb@3", "1g.6gb", 0, "1g.6gb:4")]
    [InlineData(A30, "1g.6gb@0 -2g.12gb@2 -1g.6gb@1", "1g.6gb 1g.6gb", 1, "1g.6gb:3")]
    [InlineData(A30, "1g.6gb@0 -2g.12gb@2 -1g.6gb@1", "1g.6gb", 1, "1g.6gb:2 2g.12gb:1")]
    [InlineData(A100Of40, "", "7g.40gb", 1, "7g.40gb:1")]
    [InlineData(A100Of40, "", "1g.10gb 1g.10gb 1g.10gb 1g.10gb 1g.10gb", 0, "")]
    [InlineData(A30, "1g.6gb@0 1g.6gb@1 1g.6gb@2 1g.6gb@3", "4g.24gb", 0, "1g.6gb:4")]
    [InlineData(A30, "1g.6gb@0 1g.6gb@1 -2g.12gb@2", "1g.6gb 1g.6gb", 1, "1g.6gb:4")]
    [InlineData(A100Of40, "2g.10gb@0", "", 1, "2g.10gb:1")]
    [InlineData(A100, "2g.20gb@0", "7g.79gb", 0, "2g.20gb:1")]
    [InlineData(A100, "2g.20gb@0 -2g.20gb@2 -2g.20gb@4", "2g.20gb 2g.20gb", 1, "2g.20gb:3")]
    [InlineData(A100, "1g.10gb@0 1g.10gb@1", "1g.10gb|1g.10gb|1g.10gb|1g.10gb|1g.10gb|1g.10gb", 5, "1g.10gb:7")]
    [InlineData(A100, "3g.40gb@4 -1g.10gb@0 -1g.10gb@1 -1g.10gb@2", "3g.40gb", 1, "3g.40gb:2")]
    [InlineData(A30, "-4g.24gb@0", "1g.6gb 1g.6gb 1g.6gb 1g.6gb 1g.6gb", 0, "4g.24gb:1")]
    public void MIG_instances_of_one_GPU(string product, string slices, string pods, int served, string expected) =>
        AssertServed(Draw.Node("n", Draw.Gpu(GpuCatalog.Find(product)!, Words(slices))), pods, served, expected);

    /// <summary>A row of GPUs, each <c>PRODUCT: slices</c>, separated by <c>|</c>.</summary>
    [Theory]
    [InlineData("", "1g.6gb", 0, "")]
    [InlineData("NVIDIA-A30: -1g.6gb@0 -1g.6gb@1 -1g.6gb@2 -1g.6gb@3", "", 1, "1g.6gb:4")]
    [InlineData("NVIDIA-A30: -1g.6gb@0 -1g.6gb@1 -1g.6gb@2 -1g.6gb@3|NVIDIA-A100-SXM4-40GB: -1g.5gb@0 -1g.5gb@1", "1g.6gb", 1, "1g.5gb:2 1g.6gb:4")]
    [InlineData("NVIDIA-A30: 4g.24gb@0|NVIDIA-A100-SXM4-40GB: 7g.40gb@0", "1g.5gb 1g.5gb 1g.5gb 1g.5gb 2g.10gb", 0, "4g.24gb:1 7g.40gb:1")]
    [InlineData("NVIDIA-A30: 1g.6gb@0", "1g.6gb 1g.6gb", 1, "1g.6gb:3")]
    [InlineData("NVIDIA-A30: 4g.24gb@0|NVIDIA-A30: 1g.6gb@0 1g.6gb@1 -2g.12gb@2", "1g.6gb", 1, "1g.6gb:3 4g.24gb:1")]
    [InlineData("NVIDIA-A30: 4g.24gb@0|NVIDIA-A30: -1g.6gb@0 -1g.6gb@1 -1g.6gb@2 -1g.6gb@3", "4g.24gb", 1, "4g.24gb:2")]
    [InlineData("NVIDIA-A30:|NVIDIA-A30:", "1g.6gb 1g.6gb 1g.6gb", 1, "1g.6gb:3")]
    public void MIG_instances_of_a_node(string gpus, string pods, int served, string expected) =>
        AssertServed(Draw.Node("n", [.. gpus.Split('|', StringSplitOptions.RemoveEmptyEntries).Select((gpu, index) =>
            Draw.Gpu(index, GpuCatalog.Find(gpu.Split(':')[0])!, Words(gpu.Split(':')[1])))]), pods, served, expected);

    [Fact]
    public void A_second_empty_GPU_is_not_touched_where_one_suffices()
    {
        var plan = Batch.Plan([Draw.Node("n", Draw.Gpu(0, Draw.A30), Draw.Gpu(1, Draw.A30))], Batch.Pod("a", "1g.6gb", "1g.6gb", "1g.6gb"));

        Assert.Equal([0, 3], Assert.Single(plan.Nodes).After.Gpus.Select(gpu => gpu.Slices.Count).Order());
    }

    [Theory]
    [InlineData(40, "10gb@1 10gb@2 -20gb@1", "", 1, "10gb:2 20gb:1")]
    [InlineData(40, "-20gb@1 -20gb@2", "20gb|20gb", 2, "20gb:2")]
    [InlineData(40, "20gb@1 20gb@2", "10gb|20gb", 0, "20gb:2")]
    [InlineData(60, "10gb@1", "10gb|20gb|20gb", 3, "10gb:2 20gb:2")]
    [InlineData(40, "", "10gb|10gb|10gb|10gb|10gb", 4, "10gb:4")]
    [InlineData(40, "", "20gb|20gb|10gb|10gb|5gb|5gb", 4, "5gb:2 10gb:2")]
    [InlineData(40, "20gb@1 -10gb@1 -10gb@2", "20gb", 1, "20gb:2")]
    [InlineData(40, "10gb@1 10gb@2", "20gb", 1, "10gb:2 20gb:1")]
    [InlineData(45, "20gb@1 -10gb@1 -15gb@1", "20gb", 1, "20gb:2")]
    [InlineData(45, "20gb@1 -10gb@1 -15gb@1", "30gb|31gb|31gb|32gb|32gb", 0, "10gb:1 15gb:1 20gb:1")]
    [InlineData(40, "", "10gb", 1, "10gb:1")]
    [InlineData(10, "10gb@1", "10gb", 0, "10gb:1")]
    [InlineData(40, "-10gb@1 -10gb@2 -20gb@1", "10gb|20gb", 2, "10gb:2 20gb:1")]
    [InlineData(40, "-10gb@1 -10gb@2", "20gb", 1, "10gb:2 20gb:1")]
    [InlineData(40, "-10gb@1", "10gb|10gb", 2, "10gb:2")]
    [InlineData(40, "-20gb@1", "20gb|20gb", 2, "20gb:2")]
    [InlineData(40, "20gb@1", "20gb", 1, "20gb:2")]
    public void MPS_shares_of_one_GPU(int usableGB, string shares, string pods, int served, string expected) =>
        AssertServed(Draw.MpsNode("n", Draw.Gpu(Shared(usableGB), Words(shares))), pods, served, expected);

    [Theory]
    [InlineData("", false)]
    [InlineData("10:", true)]
    [InlineData("10: 5gb@1 -5gb@1", true)]
    [InlineData("80: 5gb@1", true)]
    [InlineData("20: 20gb@1", false)]
    public void A_GPU_has_room_where_a_share_of_1_GB_goes(string gpu, bool expected)
    {
        var parts = gpu.Split(':');
        var node = Draw.MpsNode("n", gpu.Length == 0 ? [] : [Draw.Gpu(Shared(int.Parse(parts[0])), Words(parts[1]))]);

        Assert.Equal(expected, new NodeFilter(Draw.Pod("1gb")).Check(node) == Misfit.None);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("1g.6gb@0 -1g.6gb@1", true)]
    [InlineData("1g.6gb@0", true)]
    [InlineData("1g.6gb@0 1g.6gb@1 1g.6gb@2 1g.6gb@3", false)]
    [InlineData("4g.24gb@0", false)]
    public void A_GPU_has_room_where_some_profile_goes(string slices, bool expected) => Assert.Equal(expected, Draw.Gpu(Draw.A30, Words(slices)).Open != 0);

    [Fact]
    public void Slices_of_a_node_add_up_over_its_GPUs()
    {
        var mig = Draw.Node("n", Draw.Gpu(0, Draw.A30, "1g.6gb@0", "-1g.6gb@1", "2g.12gb@2"), Draw.Gpu(1, GpuCatalog.Find(A100Of40)!, "1g.5gb@0", "-3g.20gb@4"));
        var mps = Draw.MpsNode("n", Draw.Gpu(0, Shared(80), "10gb@1", "10gb@2", "-20gb@1"), Draw.Gpu(1, Shared(30), "4gb@1", "-20gb@1"));

        Assert.Equal("", Geometry.SumOf(Draw.Node("n")));
        Assert.Equal("1g.5gb:1 1g.6gb:2 2g.12gb:1 3g.20gb:1", Geometry.SumOf(mig));
        Assert.Equal("4gb:1 10gb:2 20gb:2", Geometry.SumOf(mps));
    }

    private static void AssertServed(Node node, string pods, int served, string expected)
    {
        var plan = Batch.Plan([node], [.. pods.Split('|').Select((slices, index) => Batch.Pod($"p{index}", Words(slices)))]);
        var after = plan.Nodes.Count == 0 ? node : plan.Nodes[0].After;

        Assert.Equal(served, plan.Placed.Count());
        Assert.Equal(expected, Geometry.SumOf(after));
        Assert.All(node.Gpus.Zip(after.Gpus), pair => Assert.All(pair.First.Slices.Where(slice => !slice.IsFree), slice => Assert.Contains(slice, pair.Second.Slices)));
    }

    private static GpuModel Shared(int usableGB) => new("shared", (usableGB + 1) * 1024, usableGB, []);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
