using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Lays the slices of one GPU over each other, in the order of who may not be doubted; what cannot be beside them is left out.</summary>
/// <remarks>
/// <code>
///   used by report  >  reserved  >  covered by a bound pod's promise  >  claimed for a pod that others make way for  >  free by spec  >  free by report (only before the first spec)
/// </code>
/// </remarks>
internal sealed class GpuAssembler(int index, GpuModel model, PartitioningMode mode)
{
    private readonly List<Slice> accepted = [];
    private bool isLost;
    private SliceMask taken;
    private int takenGB;
    private GpuHold hold;

    internal int Index => index;

    internal GpuModel Model => model;

    /// <summary>A slice that a pod or process has: the truth, whatever else is said.</summary>
    internal void AddUsed(SliceShape shape, SliceResource resource, string? ownerUid, MpsDemand demand)
    {
        Accept(new Slice(shape, resource, SliceHold.Used, ownerUid, demand));
    }

    /// <summary>Something is used here of which it cannot be told what it takes: nothing is placed beside it.</summary>
    internal void AddUnknown() => isLost = true;

    /// <summary>Adds a slice unless it cannot stand beside those before it. A free one of the other mode is on its way out; one that somebody has a right to stays.</summary>
    /// <returns>Whether it was added.</returns>
    internal bool TryAdd(Slice slice)
    {
        if ((slice.IsFree && IsOfOtherMode(slice.Shape)) || !CanStand(slice.Shape))
        {
            return false;
        }

        Accept(slice);
        return true;
    }

    /// <summary>Gives a pod that others make way for its slice, or keeps what is free already of the room for it.</summary>
    internal void Claim(Slice claimed)
    {
        var slice = claimed.Shape.Profile is null ? claimed with { Shape = Unused(claimed.Shape) } : claimed;
        var isQueued = slice.Shape.Profile is null && accepted.Exists(other => !other.IsFree && other.Demand.Uid != slice.Demand.Uid);
        if (!isQueued && TryAdd(slice))
        {
            return;
        }

        // While pods of another uid are there the driver would queue it: all that is left is kept, or ever new ones would come.
        var (shape, rest) = (slice.Shape, model.UsableGB - takenGB);
        hold += shape.Profile is not null ? new GpuHold(shape.Mask, 0, 0, 0) : new GpuHold(default, isQueued ? model.UsableGB : shape.MemoryGB, 1, slice.Demand.ComputePercent);
        taken |= shape.Mask;
        takenGB += shape.Profile is not null ? 0 : isQueued ? rest : Math.Clamp(rest, 0, shape.MemoryGB);
    }

    /// <summary>A share's number says nothing but which of several it is: one that is taken by now is no reason to have none.</summary>
    private SliceShape Unused(SliceShape share)
    {
        while (Has(share))
        {
            share = share with { Start = share.Start + 1 };
        }

        return share;
    }

    internal bool Has(SliceShape shape) => accepted.Exists(slice => slice.Shape == shape);

    internal Gpu Build() => new(index, model, [.. accepted.OrderBy(slice => slice.Shape.Start).ThenBy(slice => slice.Shape.MemoryGB)], isLost, hold);

    /// <summary>The shape that a document means on this GPU, or <see langword="null"/> where the GPU knows none such.</summary>
    internal SliceShape? ShapeOf(string? profile, int? start, int? memoryGB, string id)
    {
        if (profile is not null)
        {
            return model.Find(profile) is { } found && start is >= 0 && start + found.MemorySlices <= SliceMask.Capacity ? SliceShape.Mig(found, start.Value) : null;
        }

        var number = id.LastIndexOf('-');
        return memoryGB is >= 1 && number > 0 && int.TryParse(id.AsSpan(number + 1), out var value) && value >= 0 ? SliceShape.Mps(memoryGB.Value, value) : null;
    }

    internal SliceShape? ShapeOf(SliceSpec slice) => ShapeOf(slice.Profile, slice.Start, slice.MemoryGB, slice.Id);

    internal SliceShape? ShapeOf(SliceStatus slice) => ShapeOf(slice.Profile, slice.Start, slice.MemoryGB, slice.Id);

    /// <summary>The shape that a promise or a claim means on this GPU, or <see langword="null"/> where the GPU knows none such.</summary>
    internal SliceShape? ShapeOf(PromisedSlice slice) => !SliceResource.TryParse($"nvidia.com/{(slice.IsMig ? "mig" : "gpu")}-{slice.Shape}", out var resource) ? null
        : ShapeOf(resource.Profile, slice.IsMig ? slice.Start : null, slice.IsMig ? null : resource.MemoryGB, slice.Id);

    /// <summary>Whether a slice of that shape is what the resource means here, be it by an alias.</summary>
    internal bool IsOf(SliceShape shape, SliceResource resource) =>
        resource.Profile is { } profile ? shape.Profile is not null && model.Find(profile) == shape.Profile : shape.Profile is null && shape.MemoryGB == resource.MemoryGB;

    private bool CanStand(SliceShape shape)
    {
        if (shape.Profile is not { } profile)
        {
            return !Has(shape) && takenGB + shape.MemoryGB <= model.UsableGB;
        }

        return profile.Starts.Contains(shape.Start)
            && !shape.Mask.Overlaps(taken)
            && accepted.Count(slice => slice.Shape.Profile == profile) < profile.MaxInstances
            && accepted.TrueForAll(slice => slice.Shape.Profile is not { } other || profile.ToleratesBeside(other));
    }

    private bool IsOfOtherMode(SliceShape shape) => shape.Profile is null == (mode == PartitioningMode.Mig);

    private void Accept(Slice slice)
    {
        // With a held slice of the other mode the GPU cannot be shared as the label wants until that ends.
        isLost |= IsOfOtherMode(slice.Shape);
        accepted.Add(slice);
        taken |= slice.Shape.Mask;
        takenGB += slice.Shape.Profile is null ? slice.Shape.MemoryGB : 0;
    }
}
