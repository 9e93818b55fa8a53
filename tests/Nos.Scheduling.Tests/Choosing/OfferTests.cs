using Nos.Scheduling.Choosing;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Choosing;

public sealed class OfferTests
{
    [Theory]
    [InlineData(Misfit.NodeNotReady)]
    [InlineData(Misfit.AgentSilent)]
    [InlineData(Misfit.PartitioningBackoff)]
    public void Counts_the_GPUs_of_a_node_that_is_not_ready_but_not_their_capacity(Misfit obstacle)
    {
        var offer = Offer.Of(ClusterSnapshot.Of([Offers.Node("a", "4xNVIDIA-A30:mig", obstacle), Offers.Node("b", "2xNVIDIA-A30:mig")]));

        Assert.Equal([new ModelOffer(GpuCatalog.Find("NVIDIA-A30")!, PartitioningMode.Mig, 6, 46)], offer.Models);
    }

    [Fact]
    public void Is_the_catalogue_while_no_node_is_managed()
    {
        var offer = Offer.Of(ClusterSnapshot.Of([Offers.Node("a", "4xNVIDIA-A30:mig", Misfit.NodeNotManaged)]));

        Assert.Same(Offer.Catalogue, offer);
        Assert.True(offer.Has(SliceResource.Mig("7g.79gb")));
        Assert.True(offer.Has(SliceResource.Mps(GpuCatalog.LargestShareGB)));
        Assert.False(offer.Has(SliceResource.Mps(GpuCatalog.LargestShareGB + 1)));
    }

    [Fact]
    public void Has_what_a_GPU_of_the_right_mode_can_be_cut_into()
    {
        var offer = Offers.Of("1xNVIDIA-A100-SXM4-80GB:mig", "1xNVIDIA-A10:mps");

        Assert.True(offer.Has(SliceResource.Mig("3g.39gb")));
        Assert.True(offer.Has(SliceResource.Mig("1g.10gb+me")));
        Assert.False(offer.Has(SliceResource.Mig("1g.6gb")));
        Assert.True(offer.Has(SliceResource.Mps(21)));
        Assert.False(offer.Has(SliceResource.Mps(22)));
        Assert.Equal("NVIDIA-A10", offer.Smallest.Product);
    }

    [Fact]
    public void Does_not_depend_on_the_order_of_nodes_and_counts_what_is_held()
    {
        var model = GpuCatalog.Find("NVIDIA-A30")!;

        var offer = Offer.Of(ClusterSnapshot.Of([Offers.Node("b", "1xNVIDIA-A10:mps"), Offers.Held("a", model, 6)]));

        Assert.Equal(
            [new ModelOffer(GpuCatalog.Find("NVIDIA-A10")!, PartitioningMode.Mps, 1, 21), new ModelOffer(model, PartitioningMode.Mig, 1, 17)],
            offer.Models);
    }
}
