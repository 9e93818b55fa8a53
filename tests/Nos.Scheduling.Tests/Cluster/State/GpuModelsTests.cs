using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class GpuModelsTests
{
    private readonly GpuModels models = new();

    /// <summary>Seen on an H100 PCIe with driver 570.169: its 1g instances leave out start 3 and may begin at 7.</summary>
    [Fact]
    public void What_an_agent_reports_overrules_the_catalogue()
    {
        var catalogue = GpuCatalog.Find("NVIDIA-H100-PCIe")!;
        var reported = models.Of(Product("NVIDIA-H100-PCIe", catalogue, profile => profile.Name == "1g.10gb" ? [0, 1, 2, 4, 5, 6, 7] : Starts(profile)));

        Assert.Equal([0, 1, 2, 4, 5, 6, 7], Starts(reported.Find("1g.10gb")!));
        Assert.Equal(Misfit.None, Check(reported, "###.###."));
        Assert.Equal(Misfit.NoOpenPlacement, Check(reported, "###.####"));
        Assert.Equal(Misfit.NoOpenPlacement, Check(catalogue, "###.###.", "1g.20gb"));
        Assert.Equal(Misfit.None, Check(catalogue, "###.####"));
    }

    [Fact]
    public void Profiles_that_the_agent_does_not_report_are_not_offered_whatever_the_catalogue_says()
    {
        var reported = models.Of(Product(Draw.A100.Product, Draw.A100, Starts, profile => profile.Name != "1g.20gb"));

        Assert.Equal(Misfit.ProfileNotOffered, Check(reported, "........", "1g.20gb"));
        Assert.Equal(Misfit.None, Check(reported, "........", "2g.20gb"));
    }

    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB")]
    [InlineData("A100-SXM4-80GB")]
    public void A_pod_gets_a_shape_by_any_name_that_some_driver_gave_it(string product)
    {
        var old = models.Of(Product(product, Draw.A100, Starts, rename: name => name switch { "7g.80gb" => "7g.79gb", "3g.40gb" => "3g.39gb", _ => name }));

        Assert.Equal("7g.79gb", old.Find("7g.80gb")?.Name);
        Assert.Equal("3g.39gb", old.Find("3g.40gb")?.Name);
        Assert.Equal("4g.40gb", old.Find("4g.39gb")?.Name);
        Assert.Equal(Misfit.None, Check(old, "........", "7g.80gb"));
    }

    [Fact]
    public void Equal_reports_share_one_model() => Assert.Same(
        models.Of(Product(Draw.A100.Product, Draw.A100, Starts)), models.Of(Product(Draw.A100.Product, Draw.A100, Starts)));

    [Fact]
    public void A_product_that_the_catalogue_does_not_know_is_what_its_agent_reports()
    {
        var reported = models.Of(Product("NVIDIA-B100", GpuCatalog.Find("NVIDIA-B200")!, Starts));

        Assert.Equal(Misfit.None, Check(reported, "####....", "3g.90gb"));
        Assert.Equal(Misfit.NoOpenPlacement, Check(reported, "####....", "4g.90gb"));
    }

    private static int[] Starts(MigProfile profile) => [.. profile.Placements.Select(place => place.Start)];

    private static Misfit Check(GpuModel model, string held, string asked = "1g.10gb") =>
        new NodeFilter(Draw.Pod(asked)).Check(Draw.Node("n", Draw.Held(model, held)));

    private static ProductStatus Product(
        string product, GpuModel like, Func<MigProfile, int[]> starts, Func<MigProfile, bool>? which = null, Func<string, string>? rename = null) => new()
    {
        Product = product,
        MemoryMiB = like.MemoryMiB,
        UsableGB = like.UsableGB,
        Profiles = [.. like.Profiles.Where(which ?? (_ => true)).Select(profile => new ProfileStatus
        {
            Name = rename?.Invoke(profile.Name) ?? profile.Name, ComputeSlices = profile.ComputeSlices, MemorySlices = profile.MemorySlices,
            MemoryMiB = profile.MemoryMiB, Starts = starts(profile), MaxInstances = profile.MaxInstances,
        })],
    };
}
