using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

/// <summary>The catalogue against what public sources list, row by row.</summary>
public sealed class ListedProductsTests
{
    private static readonly string[] AssumedAlike =
    [
        "NVIDIA-H800", "NVIDIA-H100", "NVIDIA-RTX-PRO-6000-Blackwell-Workstation-Edition", "NVIDIA-RTX-PRO-6000-Blackwell-Max-Q-Workstation-Edition",
    ];

    public static TheoryData<string> Listed => new(ListedProduct.All.Where(product => product.CatalogueLabels.Count > 0).Select(product => product.Id));

    [Fact]
    public void No_product_is_missing()
    {
        Assert.Equal(23, ListedProduct.All.Count);
        Assert.Equal(GpuCatalog.WithoutListing, ListedProduct.All.Where(product => product.CatalogueLabels.Count == 0).Select(product => product.Title));
        Assert.Equal(
            ListedProduct.All.SelectMany(product => product.CatalogueLabels).Order(StringComparer.Ordinal),
            GpuCatalog.Models.Where(model => model.MemorySlices > 0).Select(model => model.Product).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public void Every_board_has_exactly_the_listed_profiles(string id)
    {
        var listed = ListedProduct.All.Single(product => product.Id == id);
        foreach (var model in listed.CatalogueLabels.Select(label => GpuCatalog.Find(label)!))
        {
            Assert.Equal(listed.ComputeSlices, model.ComputeSlices);
            Assert.Equal(listed.MemorySlices ?? listed.ComputeSlices, model.MemorySlices);
            Assert.Equal(listed.MemoryMiB ?? 1024 * model.Profiles.Max(profile => profile.Parts.MemoryGB), model.MemoryMiB);
            if (listed.Profiles.Length > 0)
            {
                Assert.Equal(listed.Profiles.Select(profile => profile.Name), model.Profiles.Select(profile => profile.Name));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public void Every_profile_is_as_listed(string id)
    {
        var listed = ListedProduct.All.Single(product => product.Id == id);
        foreach (var row in listed.Profiles)
        {
            Assert.All(listed.CatalogueLabels, label =>
            {
                var profile = GpuCatalog.Find(label)!.Find(row.Name)!;

                Assert.Equal((row.ComputeSlices, row.MaxInstances), (profile.ComputeSlices, profile.MaxInstances));
                Assert.Equal(row.Size ?? row.ComputeSlices, profile.MemorySlices);
                Assert.Equal(row.MemoryMiB ?? 1024 * profile.Parts.MemoryGB, profile.MemoryMiB);
                Assert.Equal(row.Resource, SliceResource.Mig(profile.Name).Name);
                if (row.Starts is { } starts)
                {
                    Assert.Equal(starts, profile.Placements.Select(place => place.Start));
                }
            });
        }
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public void Every_name_that_a_driver_gave_a_profile_leads_to_it(string id)
    {
        var listed = ListedProduct.All.Single(product => product.Id == id);
        foreach (var label in listed.CatalogueLabels)
        {
            var model = GpuCatalog.Find(label)!;

            Assert.All(listed.NameVariants, variant => Assert.All(variant.Value, alias => Assert.Same(model.Find(variant.Key), model.Find(alias))));
            Assert.Equal(model.Profiles.Count + listed.NameVariants.Sum(variant => variant.Value.Length), model.Names.Count());
        }
    }

    [Theory]
    [MemberData(nameof(Listed))]
    public void Every_board_says_how_sure_its_row_is(string id)
    {
        var listed = ListedProduct.All.Single(product => product.Id == id);

        Assert.All(listed.CatalogueLabels, label => Assert.Equal(
            AssumedAlike.Contains(label) && listed.Confidence == LayoutConfidence.Captured ? LayoutConfidence.Inferred : listed.Confidence,
            GpuCatalog.ConfidenceIn(label)));
    }

    /// <summary>Custom boards of 64 GB: no listing, only NVIDIA's formula for the names.</summary>
    [Fact]
    public void An_unlisted_board_is_cut_as_the_formula_for_names_says()
    {
        var listed = ListedProduct.All.Single(product => product.Id == "a100-64gb");
        var names = GpuCatalog.Find(listed.CatalogueLabels[0])!.Profiles.Where(profile => profile.Parts.Engines == MediaEngines.Usual).Select(profile => profile.Name);

        Assert.Contains(string.Join(',', names), listed.Unverified[0]);
    }

    /// <summary>Source of the formula: go-nvlib, <c>pkg/nvlib/device/mig_profile.go</c>; halves are rounded away from zero.</summary>
    [Fact]
    public void Profiles_of_known_size_are_named_by_NVIDIAs_formula()
    {
        var known = (from product in ListedProduct.All
                     where product.MemoryMiB is not null
                     from profile in product.Profiles
                     where profile.MemoryMiB is not null
                     select (product, profile)).ToList();

        Assert.True(known.Count > 80);
        Assert.All(known, row =>
        {
            var total = row.product.MemoryMiB!.Value;
            var eighths = Math.Ceiling(row.profile.MemoryMiB!.Value * 8.0 / total) / 8;
            var gb = (int)Math.Round(eighths * Math.Ceiling(total / 1024.0), MidpointRounding.AwayFromZero);

            Assert.True(ProfileName.TryParse(row.profile.Name, out var name));
            Assert.Equal(gb, name.MemoryGB);
        });
    }
}
