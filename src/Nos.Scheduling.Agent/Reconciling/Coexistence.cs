using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Which slices can stand on one GPU at the same time.</summary>
internal static class Coexistence
{
    /// <summary>What keeps <paramref name="added"/> from standing beside <paramref name="present"/>, as a sentence; <see langword="null"/> where nothing does.</summary>
    /// <param name="model">The GPU's model.</param>
    /// <param name="gpu">The GPU's index, for the sentence.</param>
    /// <param name="present">Slices that can stand side by side.</param>
    /// <param name="added">A slice whose profile and start the model allows.</param>
    public static string? Obstacle(GpuModel model, int gpu, IReadOnlyCollection<SliceShape> present, SliceShape added) => added.Profile is { } profile
        ? ObstacleToInstance(gpu, present, added, profile)
        : ObstacleToShare(model, gpu, present, added);

    private static string? ObstacleToInstance(int gpu, IReadOnlyCollection<SliceShape> present, SliceShape added, MigProfile profile)
    {
        var like = 0;
        foreach (var other in present)
        {
            if (other.Profile is not { } beside)
            {
                return $"GPU {gpu} has the MPS share {other.IdOn(gpu)}; a GPU is cut into MIG instances or into shares.";
            }

            if (other.Mask.Overlaps(added.Mask))
            {
                return $"{added.IdOn(gpu)} overlaps {other.IdOn(gpu)}.";
            }

            if (!profile.ToleratesBeside(beside))
            {
                return $"{added.IdOn(gpu)} cannot stand beside {other.IdOn(gpu)}: both need the same media engines.";
            }

            like += beside == profile ? 1 : 0;
        }

        return like < profile.MaxInstances ? null : $"A GPU takes at most {profile.MaxInstances} of {profile.Name}, and GPU {gpu} has them.";
    }

    private static string? ObstacleToShare(GpuModel model, int gpu, IReadOnlyCollection<SliceShape> present, SliceShape added)
    {
        var taken = 0;
        foreach (var other in present)
        {
            if (other.Profile is not null)
            {
                return $"GPU {gpu} has the MIG instance {other.IdOn(gpu)}; a GPU is cut into MIG instances or into shares.";
            }

            taken += other.MemoryGB;
        }

        if (present.Count >= MpsLimits.Clients)
        {
            return $"A GPU serves at most {MpsLimits.Clients} MPS clients, and GPU {gpu} has them.";
        }

        return taken + added.MemoryGB <= model.UsableGB
            ? null
            : $"With {added.IdOn(gpu)} the shares of GPU {gpu} would add up to {taken + added.MemoryGB} GB; {model.UsableGB} GB are usable.";
    }
}
