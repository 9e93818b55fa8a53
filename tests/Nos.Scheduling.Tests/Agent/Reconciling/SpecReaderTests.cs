using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Reconciling;

public sealed class SpecReaderTests
{
    private static readonly SliceSpec Good = Slices.Entry("1g.10gb@6");

    public static TheoryData<string, SliceSpec, string> BadInstances => new()
    {
        { "unknown profile", Slices.Entry("9g.99gb@0"), "no profile 9g.99gb" },
        { "a profile of another product", Slices.Entry("1g.6gb@0"), "it has 1g.10gb" },
        { "start not allowed", Slices.Entry("1g.20gb@3"), "1g.20gb cannot start at 3; it can at 0, 2, 4, 6." },
        { "start below 0", Slices.Entry("1g.10gb@3") with { Start = -1 }, "cannot start at -1" },
        { "start that wraps round the mask", Slices.Entry("1g.10gb@35"), "cannot start at 35" },
        { "no start", Slices.Entry("1g.10gb@3") with { Start = null }, "cannot start at nothing" },
        { "id of another place", Slices.Entry("1g.10gb@3") with { Id = "0-1g.10gb-4" }, "Its id would be 0-1g.10gb-3." },
        { "id of another GPU", Slices.Entry("1g.10gb@3", gpu: 1), "Its id would be 0-1g.10gb-3." },
        { "no id", Slices.Entry("1g.10gb@3") with { Id = null! }, "Its id would be" },
        { "a share on a MIG node", Slices.Entry("10gb#1"), "the node cuts its GPUs by MIG" },
        { "neither kind", new SliceSpec { Id = "0-what-1" }, "Write profile and start" },
        { "both kinds", Slices.Entry("1g.10gb@3") with { MemoryGB = 10 }, "Write profile and start" },
        { "resource of another shape", Slices.Entry("1g.10gb@3") with { Resource = "nvidia.com/mig-2g.20gb" }, "nvidia.com/mig-2g.20gb does not name it" },
        { "no slice resource", Slices.Entry("1g.10gb@3") with { Resource = "nvidia.com/gpu" }, "nvidia.com/gpu does not name it" },
    };

    public static TheoryData<string, SliceSpec, string> BadShares => new()
    {
        { "larger than the GPU", Slices.Entry("22gb#1"), "from 1 to 21 GB" },
        { "zero", Slices.Entry("0gb#1"), "from 1 to 21 GB" },
        { "negative", Slices.Entry("5gb#1") with { MemoryGB = -5 }, "from 1 to 21 GB" },
        { "an instance on an MPS node", Slices.Entry("1g.10gb@0"), "the node shares its GPUs by MPS" },
        { "an id without number", Slices.Entry("5gb#1") with { Id = "0-5gb-x" }, "Its id would be 0-5gb-1" },
        { "number 0", Slices.Entry("5gb#0"), "Its id would be 0-5gb-1" },
        { "id of another size", Slices.Entry("5gb#1") with { Id = "0-6gb-1" }, "Its id would be 0-5gb-1." },
        { "resource of another size", Slices.Entry("5gb#1") with { Resource = "nvidia.com/gpu-6gb" }, "does not name it" },
    };

    [Theory]
    [MemberData(nameof(BadInstances))]
    public void An_impossible_instance_is_refused_and_the_others_are_read(string what, SliceSpec bad, string message)
    {
        var goal = Read(PartitioningMode.Mig, Draw.A100, new GpuSpec { Index = 0, Slices = [bad, Good] });

        Assert.Equal(Good.Id, Assert.Single(Assert.Single(goal.Gpus).Slices).Id);
        Assert.True(Assert.Single(goal.Refused).Message.Contains(message, StringComparison.Ordinal), $"{what}: {goal.Refused[0].Message}");
    }

    [Theory]
    [MemberData(nameof(BadShares))]
    public void An_impossible_share_is_refused_and_the_others_are_read(string what, SliceSpec bad, string message)
    {
        var goal = Read(PartitioningMode.Mps, Draw.A10, new GpuSpec { Index = 0, Slices = [bad, Slices.Entry("5gb#2")] });

        Assert.Equal("0-5gb-2", Assert.Single(Assert.Single(goal.Gpus).Slices).Id);
        Assert.True(Assert.Single(goal.Refused).Message.Contains(message, StringComparison.Ordinal), $"{what}: {goal.Refused[0].Message}");
    }

    [Fact]
    public void A_GPU_that_is_not_there_costs_only_its_own_slices()
    {
        var goal = Read(PartitioningMode.Mig, Draw.A100, Slices.Gpu(7, "1g.10gb@0"), Slices.Gpu(0, "1g.10gb@6"), Slices.Gpu(-1, ""));

        Assert.Equal([0], goal.Gpus.Select(gpu => gpu.Index));
        Assert.Equal("The node has no GPU 7; it has 0 to 0.", Assert.Single(goal.Refused).Message);
    }

    [Fact]
    public void No_list_of_GPUs_touches_nothing_and_an_empty_list_of_slices_wants_none()
    {
        Assert.Empty(SpecReader.Read(new GpuNodeSpec { Mode = "MIG" }, PartitioningMode.Mig, Machine(Draw.A100)).Gpus);

        var none = Assert.Single(Read(PartitioningMode.Mig, Draw.A100, Slices.Gpu(0, "")).Gpus);
        Assert.True(none.IsEmpty);
        Assert.False(Assert.Single(Read(PartitioningMode.Mig, Draw.A100, Slices.Gpu(0, "9g.99gb@0")).Gpus).IsEmpty);
    }

    [Fact]
    public void Entries_of_a_GPU_listed_twice_are_one_list()
    {
        var goal = Read(PartitioningMode.Mig, Draw.A100, Slices.Gpu(0, "1g.10gb@0"), Slices.Gpu(0, "1g.10gb@1"));

        Assert.Equal(2, Assert.Single(goal.Gpus).Slices.Count);
    }

    [Theory]
    [InlineData("7g.79gb", "nvidia.com/mig-7g.79gb")]
    [InlineData("7g.80gb", "nvidia.com/mig-7g.79gb")]
    [InlineData("7g.79gb", "nvidia.com/mig-7g.80gb")]
    public void Other_drivers_names_of_a_shape_are_understood(string profile, string resource)
    {
        var entry = new SliceSpec { Id = $"0-{profile}-0", Profile = profile, Start = 0, Resource = resource };

        var slice = Assert.Single(Assert.Single(Read(PartitioningMode.Mig, Draw.A100, new GpuSpec { Index = 0, Slices = [entry] }).Gpus).Slices);

        Assert.Equal((entry.Id, "7g.80gb", resource), (slice.Id, slice.Shape.Profile?.Name, slice.Resource.Name));
    }

    [Fact]
    public void Every_place_of_every_product_can_be_written_and_read()
    {
        foreach (var model in GpuCatalog.Models)
        {
            foreach (var place in model.Profiles.SelectMany(profile => profile.Placements))
            {
                var goal = Read(PartitioningMode.Mig, model, new GpuSpec { Index = 0, Slices = [Slices.Entry(place.ToString())] });
                Assert.Equal(SliceShape.Mig(place.Profile, place.Start), Assert.Single(Assert.Single(goal.Gpus).Slices).Shape);
            }
        }
    }

    private static NodeGoal Read(PartitioningMode mode, GpuModel model, params GpuSpec[] gpus) =>
        SpecReader.Read(new GpuNodeSpec { Gpus = gpus }, mode, Machine(model));

    private static MachineReading Machine(GpuModel model) => new("simulated", [new GpuReading(0, "GPU-0", model, [])]);
}
