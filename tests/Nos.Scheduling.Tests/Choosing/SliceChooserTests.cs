using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Choosing;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Choosing;

public sealed class SliceChooserTests
{
    private const string A100 = "8xNVIDIA-A100-SXM4-80GB:mig";
    private const string A30 = "4xNVIDIA-A30:mig";
    private const string A10 = "4xNVIDIA-A10:mps";

    [Theory]
    [InlineData(1, 0, "mig-1g.10gb")]
    [InlineData(10, 0, "mig-1g.10gb")]
    [InlineData(11, 0, "mig-1g.20gb")]
    [InlineData(20, 14, "mig-1g.20gb")]
    [InlineData(20, 15, "mig-2g.20gb")]
    [InlineData(10, 28, "mig-2g.20gb")]
    [InlineData(10, 29, "mig-3g.40gb")]
    [InlineData(10, 43, "mig-4g.40gb")]
    [InlineData(40, 0, "mig-3g.40gb")]
    [InlineData(41, 0, "mig-7g.80gb")]
    [InlineData(10, 58, "mig-7g.80gb")]
    [InlineData(80, 100, "mig-7g.80gb")]
    public void Takes_the_smallest_profile_with_memory_and_compute(int memoryGB, int percent, string expected) =>
        Assert.Equal(expected, Chosen(Offers.Of(A100), PartitioningMode.Mig, SliceWish.OfMemory(memoryGB, percent)));

    [Theory]
    [InlineData(5, "mig-1g.6gb")]
    [InlineData(7, "mig-1g.10gb")]
    [InlineData(12, "mig-2g.12gb")]
    [InlineData(13, "mig-1g.20gb")]
    [InlineData(24, "mig-4g.24gb")]
    [InlineData(25, "mig-3g.40gb")]
    public void Looks_at_all_models_together(int memoryGB, string expected) =>
        Assert.Equal(expected, Chosen(Offers.Of(A100, A30), PartitioningMode.Mig, SliceWish.OfMemory(memoryGB)));

    [Theory]
    [InlineData(5, "mig-1g.10gb", ChoiceReason.LittleWaste)]
    [InlineData(4, "gpu-4gb", ChoiceReason.MuchWaste)]
    [InlineData(15, "mig-1g.20gb", ChoiceReason.LittleWaste)]
    [InlineData(40, "mig-3g.40gb", ChoiceReason.LittleWaste)]
    public void Prefers_MIG_unless_more_than_half_is_wasted(int memoryGB, string expected, ChoiceReason reason)
    {
        var choice = SliceChooser.Choose(Offers.Of(A100, A10), null, [SliceWish.OfMemory(memoryGB)]);

        var chosen = Assert.IsType<SliceChoice.Chosen>(choice);
        Assert.Equal((expected, reason, true), (Short(chosen.Slices[0]), chosen.Reason, chosen.IsOffered));
    }

    [Theory]
    [InlineData(A100, 4, "mig-1g.10gb")]
    [InlineData(A10, 5, "gpu-5gb")]
    public void Takes_the_only_mode_there_is(string cluster, int memoryGB, string expected) =>
        Assert.Equal(expected, Chosen(Offers.Of(cluster), null, SliceWish.OfMemory(memoryGB)));

    [Fact]
    public void Takes_the_mode_that_is_large_enough() =>
        Assert.Equal("gpu-40gb", Chosen(Offers.Of(A30, "1xNVIDIA-A100-SXM4-80GB:mps"), null, SliceWish.OfMemory(40)));

    [Fact]
    public void Gives_all_wishes_of_a_pod_one_mode() =>
        Assert.Equal("gpu-10gb gpu-1gb", Chosen(Offers.Of(A100, A10), null, SliceWish.OfMemory(10), SliceWish.OfMemory(1)));

    [Fact]
    public void Counts_a_shared_name_by_the_weakest_model()
    {
        // 1g.24gb is a quarter of an RTX PRO 6000 and a seventh of an H20; a pod that needs a fifth may land on either.
        var offer = Offers.Of("1xNVIDIA-RTX-PRO-6000-Blackwell-Server-Edition:mig", "1xNVIDIA-H20:mig");

        Assert.Equal("mig-1g.24gb", Chosen(offer, PartitioningMode.Mig, SliceWish.OfMemory(24, 14)));
        Assert.Equal("mig-2g.24gb", Chosen(offer, PartitioningMode.Mig, SliceWish.OfMemory(24, 20)));
    }

    [Fact]
    public void Takes_of_equals_the_one_with_the_most_free_capacity_then_the_first_name()
    {
        var one = Model("one", "1g.10gb");
        var other = Model("other", "2g.10gb", computeOfGpu: 2);

        Assert.Equal("mig-2g.10gb", Chosen(Offer.Of(ClusterSnapshot.Of([Offers.Held("a", one, 5), Offers.Held("b", other, 4)])), PartitioningMode.Mig, SliceWish.OfMemory(8)));
        Assert.Equal("mig-1g.10gb", Chosen(Offer.Of(ClusterSnapshot.Of([Offers.Held("a", one, 4), Offers.Held("b", other, 4)])), PartitioningMode.Mig, SliceWish.OfMemory(8)));
    }

    [Theory]
    [InlineData(80, "mig-7g.80gb")]
    [InlineData(79, "mig-7g.79gb")]
    [InlineData(40, "mig-3g.40gb")]
    [InlineData(39, "mig-3g.39gb")]
    public void Uses_another_drivers_name_only_where_it_is_the_one_that_is_large_enough(int memoryGB, string expected)
    {
        var old = new GpuModel(
            "old",
            81920,
            79,
            [new MigProfile("3g.39gb", 3, 4, 40192, SliceMask.Run(0, 1), 2), new MigProfile("7g.79gb", 7, 8, 80640, SliceMask.Run(0, 1), 1)],
            new Dictionary<string, string> { ["3g.40gb"] = "3g.39gb", ["7g.80gb"] = "7g.79gb" });

        Assert.Equal(expected, Chosen(Offer.Of(ClusterSnapshot.Of([Offers.Held("a", old, 1)])), PartitioningMode.Mig, SliceWish.OfMemory(memoryGB)));
    }

    [Theory]
    [InlineData(null, 81, 80)]
    [InlineData(PartitioningMode.Mps, 22, 21)]
    [InlineData(PartitioningMode.Mig, 500, 80)]
    public void Says_how_much_could_be_had_where_a_wish_is_too_large(PartitioningMode? mode, int memoryGB, int largest)
    {
        var choice = SliceChooser.Choose(Offers.Of(A100, A10), mode, [SliceWish.OfMemory(1), SliceWish.OfMemory(memoryGB)]);

        Assert.Equal(new SliceChoice.TooLarge(1, memoryGB, largest, mode), choice);
    }

    [Fact]
    public void Asks_the_models_of_the_cluster_when_none_is_shared_in_the_mode_asked_for()
    {
        var choice = SliceChooser.Choose(Offers.Of("1xNVIDIA-A100-SXM4-40GB:mps"), PartitioningMode.Mig, [SliceWish.OfMemory(10)]);

        var chosen = Assert.IsType<SliceChoice.Chosen>(choice);
        Assert.Equal(("mig-1g.10gb", false), (Short(chosen.Slices[0]), chosen.IsOffered));
        Assert.IsType<SliceChoice.TooLarge>(SliceChooser.Choose(Offers.Of("1xNVIDIA-A100-SXM4-40GB:mps"), PartitioningMode.Mig, [SliceWish.OfMemory(41)]));
    }

    [Fact]
    public void Asks_the_catalogue_while_the_cluster_has_no_GPU()
    {
        var choice = SliceChooser.Choose(Offer.Of(ClusterSnapshot.Empty), null, [SliceWish.OfMemory(3)]);

        var chosen = Assert.IsType<SliceChoice.Chosen>(choice);
        Assert.Equal(("mig-1g.5gb", false), (Short(chosen.Slices[0]), chosen.IsOffered));
    }

    [Theory]
    [InlineData("NVIDIA-A30", 0.5, "mig-2g.12gb")]
    [InlineData("NVIDIA-A30", 0.51, "mig-4g.24gb")]
    [InlineData("NVIDIA-A30", 1, "mig-4g.24gb")]
    [InlineData("NVIDIA-H100-80GB-HBM3", 0.5, "mig-3g.40gb")]
    [InlineData("NVIDIA-H200", 1, "mig-7g.141gb")]
    public void Takes_a_part_of_the_smallest_model(string product, double part, string expected) =>
        Assert.Equal(expected, Chosen(Offers.Of($"1x{product}:mig", "1xNVIDIA-B300-SXM6-AC:mig"), PartitioningMode.Mig, SliceWish.OfPart((decimal)part)));

    [Theory]
    [InlineData(0.5, "gpu-12gb")]
    [InlineData(0.01, "gpu-1gb")]
    [InlineData(1, "gpu-21gb")]
    public void Takes_all_that_shares_may_have_for_a_whole_GPU(double part, string expected) =>
        Assert.Equal(expected, Chosen(Offers.Of(A10), null, SliceWish.OfPart((decimal)part)));

    [Fact]
    public void Never_gives_less_than_was_asked_for_on_any_GPU_that_has_the_slice()
    {
        var products = GpuCatalog.Models.Select(model => model.Product).ToArray();
        var cases =
            from cluster in Gen.Elements(products).SelectMany(product => Gen.Elements("mig", "mps").Select(mode => $"2x{product}:{mode}")).NonEmptyListOf()
            from memory in Gen.Choose(1, 200)
            from percent in Gen.Choose(0, 100)
            from mode in Gen.Elements<PartitioningMode?>(null, PartitioningMode.Mig, PartitioningMode.Mps)
            select (cluster, memory, percent, mode);

        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var offer = Offers.Of([.. c.cluster]);
            return SliceChooser.Choose(offer, c.mode, [SliceWish.OfMemory(c.memory, c.percent)]) switch
            {
                SliceChoice.TooLarge large => large.LargestGB < c.memory,
                SliceChoice.Chosen { Slices: [var slice] } chosen => slice.MemoryGB >= c.memory
                    && (!chosen.IsOffered || offer.Has(slice))
                    && (chosen.Mode == PartitioningMode.Mig) == slice.IsMig
                    && (c.mode is null || c.mode == chosen.Mode)
                    && offer.In(PartitioningMode.Mig).All(model => !slice.IsMig || model.Model.Find(slice.Profile!) is not { } profile
                        || 100 * profile.ComputeSlices >= c.percent * model.Model.ComputeSlices),
                _ => false,
            };
        }).QuickCheckThrowOnFailure();
    }

    private static GpuModel Model(string product, string profile, int computeOfGpu = 1) =>
        new(product, 10240, 10, [new MigProfile(profile, computeOfGpu, 1, 10000, SliceMask.Run(0, 1), 1)]);

    private static string Chosen(Offer offer, PartitioningMode? mode, params SliceWish[] wishes) =>
        string.Join(' ', Assert.IsType<SliceChoice.Chosen>(SliceChooser.Choose(offer, mode, wishes)).Slices.Select(Short));

    private static string Short(SliceResource slice) => slice.Name["nvidia.com/".Length..];
}
