using System.Collections.Concurrent;
using System.Globalization;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Gives equal products one <see cref="GpuModel"/>, so that a thousand nodes share its tables.</summary>
public sealed class GpuModels
{
    private readonly ConcurrentDictionary<string, GpuModel> known = new(StringComparer.Ordinal);

    /// <summary>The model that an agent reported; what it says overrules the catalogue.</summary>
    public GpuModel Of(ProductStatus product) => known.GetOrAdd(Key(product), (_, reported) => Make(reported), product);

    /// <summary>The model by the labels alone, or <see langword="null"/> where they do not tell: for nodes whose agent has not reported.</summary>
    public static GpuModel? Of(string? product, string? memoryMiB)
    {
        if (product is null)
        {
            return null;
        }

        return GpuCatalog.Find(product) ?? (int.TryParse(memoryMiB, NumberStyles.None, CultureInfo.InvariantCulture, out var memory)
            ? new GpuModel(product, memory, MpsLimits.UsableGBFromLabel(memory), [])
            : null);
    }

    private static GpuModel Make(ProductStatus product)
    {
        MigProfile[] profiles = [.. product.Profiles.Where(IsSound).Take(32).DistinctBy(profile => profile.Name).Select(profile => new MigProfile(
            profile.Name, profile.ComputeSlices, profile.MemorySlices, profile.MemoryMiB, Starts(profile), Math.Max(1, profile.MaxInstances)))];
        return new(product.Product, product.MemoryMiB, product.UsableGB, profiles, GpuCatalog.AliasesOf(product.Product, profiles));
    }

    /// <summary>A row that no GPU can mean is left out; the agent's others count.</summary>
    private static bool IsSound(ProfileStatus profile) =>
        profile.Name.Length > 0 && profile.MemorySlices is >= 1 and <= SliceMask.Capacity
        && Array.TrueForAll(profile.Starts, start => start >= 0 && start + profile.MemorySlices <= SliceMask.Capacity);

    private static SliceMask Starts(ProfileStatus profile) =>
        profile.Starts.Aggregate(default(SliceMask), (mask, start) => mask | SliceMask.Run(start, 1));

    private static string Key(ProductStatus product) => string.Create(
        CultureInfo.InvariantCulture,
        $"{product.Product}|{product.MemoryMiB}|{product.UsableGB}|{string.Join(';', product.Profiles.Select(profile => $"{profile.Name},{profile.ComputeSlices},{profile.MemorySlices},{profile.MemoryMiB},{profile.MaxInstances},{string.Join('.', profile.Starts)}"))}");
}
