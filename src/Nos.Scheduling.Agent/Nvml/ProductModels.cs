using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Makes one model of each product out of what its GPUs say of themselves.</summary>
/// <remarks>
/// Two chips of one product may differ, as one can have a slice less where another has it. A report tells each product once, so a model has what all of
/// its GPUs have: whatever it promises, each of them keeps.
/// </remarks>
internal sealed class ProductModels
{
    private IReadOnlyList<DeviceFacts> known = [];
    private Dictionary<string, GpuModel> models = [];

    /// <summary>The models by product; the same instances as before while the GPUs say the same of themselves.</summary>
    /// <param name="gpus">All GPUs that have answered.</param>
    public IReadOnlyDictionary<string, GpuModel> Of(IReadOnlyList<DeviceFacts> gpus)
    {
        if (!gpus.SequenceEqual(known, ReferenceEqualityComparer.Instance))
        {
            known = gpus;
            models = gpus.GroupBy(gpu => gpu.Product, StringComparer.Ordinal).ToDictionary(like => like.Key, like => Model(like.Key, [.. like]), StringComparer.Ordinal);
        }

        return models;
    }

    private static GpuModel Model(string product, IReadOnlyList<DeviceFacts> gpus)
    {
        var memory = gpus.Min(gpu => gpu.MemoryMiB);
        var usable = gpus.Min(gpu => gpu.ReservedMiB is { } reserved ? MpsLimits.UsableGB(gpu.MemoryMiB, reserved) : MpsLimits.UsableGBFromLabel(gpu.MemoryMiB));
        var profiles = gpus[0].Profiles
            .Where(profile => gpus.All(gpu => gpu.Find(profile.Shape.Name)?.Shape.MemorySlices == profile.Shape.MemorySlices))
            .Select(profile => Shared([.. gpus.Select(gpu => gpu.Find(profile.Shape.Name)!.Shape)]))
            .Where(profile => profile.Starts.Count > 0)
            .Take(32)
            .ToList();
        return new GpuModel(product, memory, usable, profiles, GpuCatalog.AliasesOf(product, profiles));
    }

    private static MigProfile Shared(IReadOnlyList<MigProfile> like) => like[0] with
    {
        MemoryMiB = like.Min(profile => profile.MemoryMiB),
        MaxInstances = like.Min(profile => profile.MaxInstances),
        Starts = new SliceMask(like.Aggregate(ushort.MaxValue, (bits, profile) => (ushort)(bits & profile.Starts.Bits))),
    };
}
