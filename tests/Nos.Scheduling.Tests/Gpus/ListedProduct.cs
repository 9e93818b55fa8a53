using System.Text.Json;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

/// <summary>A product of mig-products.json. <see langword="null"/>: no source tells.</summary>
internal sealed record ListedProduct(
    string Id,
    string Title,
    int? ComputeSlices,
    int? MemorySlices,
    int? MaxInstances,
    int? MemoryMiB,
    string[] Labels,
    Dictionary<string, string[]> NameVariants,
    string[] Unverified,
    ListedProfile[] Profiles)
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    internal static IReadOnlyList<ListedProduct> All { get; } = [.. JsonDocument
        .Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Gpus", "mig-products.json")))
        .RootElement.GetProperty("products").Deserialize<ListedProduct[]>(CamelCase)!];

    /// <summary>The labels under which the catalogue has it: where no source tells a label, the catalogue made one up.</summary>
    internal IReadOnlyList<string> CatalogueLabels => Labels.Length > 0 ? Labels : Id switch
    {
        "h100-64gb-sxm" => ["NVIDIA-H100-64GB-SXM5"],
        "jetson-thor-igpu" => ["NVIDIA-Thor"],
        _ => [],
    };

    /// <summary>What the sources' word on the starts is worth.</summary>
    internal LayoutConfidence Confidence =>
        Profiles.Length == 0 || Array.Exists(Profiles, profile => profile.Starts is null) ? LayoutConfidence.Assumed
        : Array.TrueForAll(Profiles, profile => profile.Placements.Contains("lgipp") || profile.Placements.Contains("DRA-capture")) ? LayoutConfidence.Captured
        : LayoutConfidence.Inferred;

    public override string ToString() => Id;
}

/// <summary>A profile of mig-products.json.</summary>
internal sealed record ListedProfile(
    string Name, string Resource, int ComputeSlices, int? MemorySlices, int MaxInstances, int[]? Starts, int? Size, int? MemoryMiB, string Placements);
