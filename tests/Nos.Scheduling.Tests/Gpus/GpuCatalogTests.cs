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
    public void Finds_a_product_by_the_names_that_drivers_give_it(string asked, string found) => Assert.Equal(found, GpuCatalog.Find(asked)?.Product);

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
