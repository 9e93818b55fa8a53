using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class NodePlacerTests
{
    [Theory]
    [InlineData("........", "1g.10gb", "....#...")]
    [InlineData("....#...", "1g.10gb", ".....#..")]
    [InlineData("....##..", "1g.10gb", "#.......")]
    [InlineData("........", "1g.20gb", "......##")]
    [InlineData("........", "2g.20gb", "....##..")]
    [InlineData("........", "3g.40gb", "....####")]
    [InlineData("##......", "2g.20gb", "..##....")]
    [InlineData("......#.", "3g.40gb", "####....")]
    public void Takes_the_place_that_costs_later_pods_the_least(string held, string profile, string expected)
    {
        var placement = NodePlacer.Place(Draw.Node("n", Draw.Held(Draw.A100, held)), Draw.Pod(profile), PlacementPolicy.Fragmentation)!;

        Assert.Equal(expected, placement.Slices[0].Shape.Mask.Draw(8));
    }

    [Fact]
    public void Reuses_a_free_slice_before_it_cuts_anything()
    {
        var node = Draw.Node("n", Draw.Gpu(0, Draw.A100), Draw.Gpu(1, Draw.A100, "-1g.10gb@0"));

        var placed = Assert.Single(NodePlacer.Place(node, Draw.Pod("1g.10gb"), PlacementPolicy.Fragmentation)!.Slices);

        Assert.Equal((1, true, 0), (placed.Gpu, placed.IsReuse, placed.Shape.Start));
    }

    [Fact]
    public void Destroys_the_fewest_free_slices_that_make_the_room()
    {
        var gpu = Draw.Gpu(Draw.A100, "-1g.10gb@0", "-1g.10gb@1", "-2g.20gb@2", "-3g.40gb@4");

        var placed = Assert.Single(NodePlacer.Place(Draw.Node("n", gpu), Draw.Pod("1g.20gb"), PlacementPolicy.Fragmentation)!.Slices);

        Assert.Equal("2g.20gb", Assert.Single(placed.Destroyed).Profile!.Name);
    }

    [Fact]
    public void Makes_a_slice_anew_that_is_advertised_under_another_name()
    {
        var node = Draw.Node("n", Draw.Gpu(Draw.A100, "-7g.80gb@0"));
        var placed = Assert.Single(NodePlacer.Place(node, Draw.Pod("7g.79gb"), PlacementPolicy.Fragmentation)!.Slices);

        Assert.False(placed.IsReuse);
        Assert.Equal("nvidia.com/mig-7g.79gb", placed.Resource.Name);
        Assert.Single(placed.Destroyed);
    }

    [Theory]
    [InlineData("5gb", "-10gb@1,-4gb@1", true, "10gb")]
    [InlineData("3gb", "-10gb@1,-4gb@1", false, "")]
    [InlineData("9gb", "-10gb@1,-4gb@1,-4gb@2", true, "10gb")]
    [InlineData("20gb", "-10gb@1,-4gb@1", true, "10gb,4gb")]
    public void Takes_the_memory_of_the_fewest_then_smallest_free_shares(string asked, string slices, bool destroys, string expected)
    {
        var gpu = Draw.Gpu(Draw.A10, slices.Split(','));

        var placed = Assert.Single(NodePlacer.Place(Draw.MpsNode("n", gpu), Draw.Pod(asked), PlacementPolicy.Fragmentation)!.Slices);

        // 21 GB usable: what is unused is taken first.
        Assert.Equal(destroys && expected.Length > 0 && gpu.Model.UsableGB - gpu.FreeGB < placed.Shape.MemoryGB, placed.Destroyed.Count > 0);
        if (placed.Destroyed.Count > 0)
        {
            var freed = gpu.Model.UsableGB - gpu.FreeGB + placed.Destroyed.Sum(shape => shape.MemoryGB);
            Assert.True(freed >= placed.Shape.MemoryGB);
            Assert.All(placed.Destroyed, shape => Assert.True(freed - shape.MemoryGB < placed.Shape.MemoryGB));
        }
    }

    [Fact]
    public void Promises_by_container_resource_gpu_and_start()
    {
        var demand = PodDemand.Of(
        [
            new ContainerDemand("setup", ContainerKind.Init, Draw.Resource("1g.10gb"), 1),
            new ContainerDemand("main", ContainerKind.Main, Draw.Resource("1g.10gb"), 1),
            new ContainerDemand("aux", ContainerKind.Main, Draw.Resource("2g.20gb"), 1),
        ]);

        var placement = NodePlacer.Place(Draw.Node("n", Draw.Gpu(Draw.A100)), demand, PlacementPolicy.FirstFit)!;

        Assert.Equal("aux=0/2g.20gb@0,main=0/1g.10gb@2,setup=0/1g.10gb@2", placement.Promise(demand));
    }
}
