using System.Globalization;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Reads one entry of <c>GpuNode.spec</c>, which anybody with the right may have edited by hand.</summary>
internal static class SpecEntry
{
    /// <summary>Reads the entry as a slice that the GPU could have, other slices aside.</summary>
    /// <param name="gpu">The GPU's index.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="model">The GPU's model.</param>
    /// <param name="mode">How the node's GPUs are shared.</param>
    /// <param name="why">What is wrong with it, as a sentence; empty where nothing is.</param>
    /// <returns>The slice; <see langword="null"/> where it cannot be.</returns>
    public static SliceGoal? Read(int gpu, SliceSpec entry, GpuModel model, PartitioningMode mode, out string why)
    {
        why = "";
        var shape = (entry.Profile, entry.MemoryGB) switch
        {
            ({ } profile, null) when mode == PartitioningMode.Mig => Instance(entry, profile, model, out why),
            (null, { } memoryGB) when mode == PartitioningMode.Mps => Share(gpu, entry, memoryGB, model, out why),
            (not null, null) => Not("It is a MIG instance, and the node shares its GPUs by MPS.", out why),
            (null, not null) => Not("It is an MPS share, and the node cuts its GPUs by MIG.", out why),
            _ => Not("Write profile and start for a MIG instance, or memoryGB for an MPS share.", out why),
        };

        if (shape is not { } found)
        {
            return null;
        }

        var alias = $"{gpu}-{SliceResource.Written(entry.Profile ?? "")}-{found.Start}";
        if (entry.Id != found.IdOn(gpu) && entry.Id != alias)
        {
            why = $"Its id would be {found.IdOn(gpu)}.";
            return null;
        }

        if (Resource(entry, found, model) is not { } resource)
        {
            why = $"{entry.Resource} does not name it; {Plain(found).Name} would.";
            return null;
        }

        return new SliceGoal(entry.Id, found, resource, entry.For?.Uid);
    }

    /// <summary>The resource that a slice is advertised under where no spec says otherwise.</summary>
    public static SliceResource Plain(SliceShape shape) => shape.Profile is { } profile ? new SliceResource(profile.Name, shape.MemoryGB) : SliceResource.Mps(shape.MemoryGB);

    private static SliceShape? Instance(SliceSpec entry, string name, GpuModel model, out string why)
    {
        if (model.Find(name) is not { } profile)
        {
            return model.Profiles.Count == 0
                ? Not($"{model.Product} knows no MIG.", out why)
                : Not($"{model.Product} has no profile {name}; it has {string.Join(", ", model.Profiles)}.", out why);
        }

        // Beyond the mask's width a shift would wrap round to a start that is allowed.
        if (entry.Start is not { } start || start is < 0 or >= SliceMask.Capacity || !profile.Starts.Contains(start))
        {
            var starts = string.Join(", ", profile.Placements.Select(place => place.Start));
            return Not($"{name} cannot start at {entry.Start?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}; it can at {starts}.", out why);
        }

        why = "";
        return SliceShape.Mig(profile, start);
    }

    private static SliceShape? Share(int gpu, SliceSpec entry, int memoryGB, GpuModel model, out string why)
    {
        if (memoryGB < 1 || memoryGB > model.UsableGB)
        {
            return Not($"A share has from 1 to {model.UsableGB} GB on {model.Product}, not {memoryGB}.", out why);
        }

        var number = entry.Id[(entry.Id.LastIndexOf('-') + 1)..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var share) || share < 1)
        {
            return Not($"Its id would be {SliceShape.Mps(memoryGB, 1).IdOn(gpu)}, or end with another number from 1.", out why);
        }

        why = "";
        return SliceShape.Mps(memoryGB, share);
    }

    private static SliceResource? Resource(SliceSpec entry, SliceShape shape, GpuModel model)
    {
        if (entry.Resource.Length == 0)
        {
            return Plain(shape);
        }

        var names = SliceResource.TryParse(entry.Resource, out var resource)
            && (resource.Profile is { } profile ? shape.Profile is { } own && model.Find(profile) == own : shape.Profile is null && resource.MemoryGB == shape.MemoryGB);
        return names ? resource : null;
    }

    private static SliceShape? Not(string sentence, out string why)
    {
        why = sentence;
        return null;
    }
}
