using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

public sealed class GpuCatalogTests
{
    [Fact]
    public void Derives_the_fourteen_full_geometries_of_an_A100_from_its_placements()
    {
        var plain = new[] { "1g.10gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb" }.Select(name => Draw.A100.Find(name)!).ToArray();
        var all = new List<MigPlacement[]>();
        Extend(plain.SelectMany(profile => profile.Placements).ToArray(), 0, [], all);

        var full = all
            .Where(set => !plain.SelectMany(profile => profile.Placements).Any(place => set.All(taken => !taken.Slices.Overlaps(place.Slices))))
            .Select(set => string.Join('+', set.Select(place => place.Profile.Name).Order()))
            .Distinct()
            .ToList();

        Assert.Equal(14, full.Count);
        Assert.All(all, set => Assert.True(set.Sum(place => place.Profile.ComputeSlices) <= 7));
    }

    [Fact]
    public void Has_only_placements_that_lie_on_the_GPU() =>
        Assert.All(GpuCatalog.Models.SelectMany(model => model.Profiles.SelectMany(profile => profile.Placements.Select(place => (model, place)))), row =>
            Assert.True(row.place.Start + row.place.Profile.MemorySlices <= row.model.MemorySlices));

    [Fact]
    public void Names_every_profile_as_NVIDIA_does() =>
        Assert.All(GpuCatalog.ProfileNames, name => Assert.True(ProfileName.TryParse(name, out var parts) && parts.ToString() == name));

    [Theory]
    [InlineData("A100-SXM4-40GB", "NVIDIA-A100-SXM4-40GB")]
    [InlineData("NVIDIA-A30", "NVIDIA-A30")]
    [InlineData("A30", "NVIDIA-A30")]
    [InlineData("NVIDIA-Tesla-T4", "Tesla-T4")]
    [InlineData("NVIDIA-A100-SXM4-80GB-SHARED", "NVIDIA-A100-SXM4-80GB")]
    [InlineData("NVIDIA-A100-SXM4-40GB-MIG-1g.5gb", "NVIDIA-A100-SXM4-40GB")]
    [InlineData("NVIDIA-A100-SXM4-40GB-MIG-INVALID", "NVIDIA-A100-SXM4-40GB")]
    [InlineData("A100-PCIE-40GB", "NVIDIA-A100-PCIE-40GB")]
    [InlineData("NVIDIA-B100", null)]
    [InlineData("NVIDIA-A100-40GB-PCIe", null)]
    [InlineData("", null)]
    public void Finds_a_product_by_the_names_that_drivers_give_it(string asked, string? found) => Assert.Equal(found, GpuCatalog.Find(asked)?.Product);

    [Theory]
    [InlineData("NVIDIA-A100-SXM4-80GB", LayoutConfidence.Captured)]
    [InlineData("A100-SXM4-80GB", LayoutConfidence.Captured)]
    [InlineData("NVIDIA-H100-PCIe", LayoutConfidence.Inferred)]
    [InlineData("NVIDIA-RTX-PRO-5000-Blackwell", LayoutConfidence.Assumed)]
    [InlineData("NVIDIA-X1", null)]
    public void Says_how_sure_it_is(string product, LayoutConfidence? expected) => Assert.Equal(expected, GpuCatalog.ConfidenceIn(product));

    [Fact]
    public void Knows_a_shape_by_its_slices_whatever_a_driver_calls_it()
    {
        MigProfile[] reported = [.. Draw.A100.Profiles.Select(profile => profile with { Name = profile.Name == "7g.80gb" ? "7g.81gb" : profile.Name })];

        var aliases = GpuCatalog.AliasesOf("A100-SXM4-80GB", reported);

        Assert.Equal(new Dictionary<string, string> { ["7g.80gb"] = "7g.81gb", ["7g.79gb"] = "7g.81gb", ["3g.39gb"] = "3g.40gb", ["4g.39gb"] = "4g.40gb" }, aliases);
        Assert.Empty(GpuCatalog.AliasesOf("NVIDIA-X1", reported));
    }

    [Fact]
    public void Knows_7g_79gb_and_7g_80gb_as_one_shape() => Assert.Same(Draw.A100.Find("7g.80gb"), Draw.A100.Find("7g.79gb"));

    private static void Extend(MigPlacement[] places, int from, MigPlacement[] set, List<MigPlacement[]> all)
    {
        all.Add(set);
        for (var index = from; index < places.Length; index++)
        {
            if (set.All(taken => !taken.Slices.Overlaps(places[index].Slices)))
            {
                Extend(places, index + 1, [.. set, places[index]], all);
            }
        }
    }
}
