using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>Writes a model as an agent reports it.</summary>
internal static class EmbeddedProducts
{
    internal static ProductStatus Of(GpuModel model) => new()
    {
        Product = model.Product,
        MemoryMiB = model.MemoryMiB,
        UsableGB = model.UsableGB,
        Profiles = [.. model.Profiles.Select(profile => new ProfileStatus
        {
            Name = profile.Name,
            ComputeSlices = profile.ComputeSlices,
            MemorySlices = profile.MemorySlices,
            MemoryMiB = profile.MemoryMiB,
            Starts = [.. profile.Placements.Select(place => place.Start)],
            MaxInstances = profile.MaxInstances,
        })],
    };
}
