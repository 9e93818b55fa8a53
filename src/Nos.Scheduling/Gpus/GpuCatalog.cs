namespace Nos.Scheduling.Gpus;

/// <summary>The GPU products known by heart: for nodes whose agent has not reported yet, for simulation and for tests.</summary>
/// <remarks>On a real node NVML overrules every row. What agents report is what counts.</remarks>
public static class GpuCatalog
{
    private static readonly Dictionary<string, GpuModel> ByLabel = GpuCatalogRows.Mig.Concat(GpuCatalogRows.MpsOnly)
        .SelectMany(row => row.OtherLabels.Prepend(row.Label).Select(label => Model(label, row)))
        .DistinctBy(model => model.Product)
        .ToDictionary(model => model.Product, StringComparer.Ordinal);

    /// <summary>Every model, in the order of the table.</summary>
    public static IReadOnlyCollection<GpuModel> Models => ByLabel.Values;

    /// <summary>Every profile name that some model has, aliases included, in ordinal order.</summary>
    public static IReadOnlyList<string> ProfileNames { get; } =
        [.. ByLabel.Values.SelectMany(model => model.Names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The most GB an MPS share can have on any model.</summary>
    public static int LargestShareGB { get; } = ByLabel.Values.Max(model => model.UsableGB);

    /// <summary>The model of that <c>nvidia.com/gpu.product</c>, or <see langword="null"/>. Early drivers left <c>NVIDIA-</c> out: both are found.</summary>
    public static GpuModel? Find(string product) => ByLabel.GetValueOrDefault(product) ?? ByLabel.GetValueOrDefault("NVIDIA-" + product);

    /// <summary>Other drivers' names of the product's profiles: key alias, value the name in <see cref="Find"/>'s model. Empty where there are none.</summary>
    public static IReadOnlyDictionary<string, string> AliasesOf(string product) => GpuCatalogRows.Mig
        .Where(row => row.Label == product || row.OtherLabels.Contains(product))
        .SelectMany(row => row.Profiles)
        .Where(profile => profile.Alias is not null)
        .ToDictionary(profile => profile.Alias!, profile => profile.Name, StringComparer.Ordinal);

    private static GpuModel Model(string label, GpuCatalogRows.Row row) => new(
        label,
        row.MemoryMiB,
        MpsLimits.UsableGBFromLabel(row.MemoryMiB),
        [.. row.Profiles.Select(profile => new MigProfile(
            profile.Name, profile.Compute, profile.Memory, profile.MemoryMiB, Starts(profile.Starts), profile.Max))],
        row.Profiles.Where(profile => profile.Alias is not null).ToDictionary(profile => profile.Alias!, profile => profile.Name));

    private static SliceMask Starts(int[] starts) => starts.Aggregate(default(SliceMask), (mask, start) => mask | SliceMask.Run(start, 1));
}
