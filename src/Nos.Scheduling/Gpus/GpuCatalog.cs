namespace Nos.Scheduling.Gpus;

/// <summary>The GPU products known by heart: for nodes whose agent has not reported yet, for simulation and for tests.</summary>
/// <remarks>On a real node NVML overrules every row. What agents report is what counts.</remarks>
public static class GpuCatalog
{
    private const string Vendor = "NVIDIA-";

    private static readonly Dictionary<string, (GpuModel Model, GpuCatalogRows.Row Row)> ByLabel = GpuCatalogRows.Mig.Concat(GpuCatalogRows.MpsOnly)
        .SelectMany(row => row.Labels.Select(label => (Model: Model(label, row), Row: row)))
        .DistinctBy(known => known.Model.Product)
        .ToDictionary(known => known.Model.Product, StringComparer.Ordinal);

    /// <summary>Every model, in the order of the table.</summary>
    public static IReadOnlyList<GpuModel> Models { get; } = [.. ByLabel.Values.Select(known => known.Model)];

    /// <summary>MIG products of which no source lists a profile: not in <see cref="Models"/>, only what their agents report counts. Titles.</summary>
    public static IReadOnlyList<string> WithoutListing => GpuCatalogRows.WithoutListing;

    /// <summary>Every profile name that some model has, aliases included, in ordinal order.</summary>
    public static IReadOnlyList<string> ProfileNames { get; } =
        [.. Models.SelectMany(model => model.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The most GB an MPS share can have on any model.</summary>
    public static int LargestShareGB { get; } = Models.Max(model => model.UsableGB);

    /// <summary>The model of that <c>nvidia.com/gpu.product</c>, or <see langword="null"/>.</summary>
    /// <remarks>
    /// Found with and without <c>NVIDIA-</c>, which early drivers left out, and with what NVIDIA's own plugin appends where it shares
    /// the GPU: <c>-SHARED</c>, <c>-MIG-1g.5gb</c>.
    /// </remarks>
    public static GpuModel? Find(string product) => Known(product)?.Model;

    /// <summary>How sure the places of that product's instances are; <see langword="null"/> where <see cref="Find"/> finds none.</summary>
    public static LayoutConfidence? ConfidenceIn(string product) => Known(product) is { } known ? known.Row.ConfidenceOf(known.Model.Product) : null;

    /// <summary>
    /// The catalogue's names, aliases included, of the shapes that a driver reports under names of its own: key the catalogue's, value the driver's.
    /// Shapes are alike where compute slices, memory slices and media engines are. Empty where the product is unknown.
    /// </summary>
    public static IReadOnlyDictionary<string, string> AliasesOf(string product, IReadOnlyList<MigProfile> reported)
    {
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Find(product)?.Names ?? [])
        {
            var known = Find(product)!.Find(name)!;
            if (reported.FirstOrDefault(profile => AreAlike(profile, known)) is { } like && like.Name != name)
            {
                aliases[name] = like.Name;
            }
        }

        return aliases;
    }

    private static bool AreAlike(MigProfile left, MigProfile right) =>
        (left.ComputeSlices, left.MemorySlices, left.Parts.Engines) == (right.ComputeSlices, right.MemorySlices, right.Parts.Engines);

    private static (GpuModel Model, GpuCatalogRows.Row Row)? Known(string product)
    {
        var shared = product.IndexOf("-MIG-", StringComparison.Ordinal);
        var whole = shared > 0 ? product[..shared] : product.EndsWith("-SHARED", StringComparison.Ordinal) ? product[..^"-SHARED".Length] : product;
        return ByLabel.TryGetValue(whole, out var known) || ByLabel.TryGetValue(Vendor + whole, out known)
            || (whole.StartsWith(Vendor, StringComparison.Ordinal) && ByLabel.TryGetValue(whole[Vendor.Length..], out known))
            ? known
            : null;
    }

    private static GpuModel Model(string label, GpuCatalogRows.Row row) => new(
        label,
        row.MemoryMiB,
        MpsLimits.UsableGBFromLabel(row.MemoryMiB),
        [.. row.Profiles.Select(profile => new MigProfile(
            profile.Name, profile.Compute, profile.Memory, profile.MemoryMiB, Starts(profile.Starts), profile.Max))],
        row.Profiles.Where(profile => profile.Alias is not null).ToDictionary(profile => profile.Alias!, profile => profile.Name));

    private static SliceMask Starts(int[] starts) => starts.Aggregate(default(SliceMask), (mask, start) => mask | SliceMask.Run(start, 1));
}
