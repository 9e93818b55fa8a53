using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Nodes;

/// <summary>One GPU: its model and its slices, and what follows from them, worked out once.</summary>
public sealed class Gpu
{
    private readonly int holders;

    /// <summary>Works out what is taken.</summary>
    /// <param name="index">NVML's index on the node.</param>
    /// <param name="model">What it can do.</param>
    /// <param name="slices">Slices that do not overlap; the caller has left out those that cannot be.</param>
    /// <param name="isLost">Whether nothing may be placed here: the device is gone, or somebody else's.</param>
    /// <param name="hold">What is kept beside the slices. Of MPS memory it keeps no more than the slices leave.</param>
    public Gpu(int index, GpuModel model, IReadOnlyList<Slice> slices, bool isLost = false, GpuHold hold = default)
    {
        (Index, Model, Slices, IsLost, Hold) = (index, model, slices, isLost, hold);
        foreach (var slice in slices)
        {
            Present |= slice.Shape.Mask;
            if (!slice.IsFree)
            {
                Held |= slice.Shape.Mask;
                HeldGB += slice.Shape.MemoryGB;
                HasMixedUids |= holders > 0 && slice.Demand.Uid != HeldUid;
                HeldUid = slice.Demand.Uid;
                holders++;
                HeldPercent += slice.Demand.ComputePercent;
            }
            else
            {
                FreeGB += slice.Shape.MemoryGB;
            }
        }

        Held |= hold.Mask;
        HeldGB += Math.Clamp(model.UsableGB - HeldGB, 0, hold.MemoryGB);
        HeldClients = holders + hold.Clients;
        HeldPercent += hold.Percent;
        Open = isLost ? 0 : model.OpenProfiles(Held) & ~Exhausted();
    }

    /// <summary>NVML's index on the node, from 0.</summary>
    public int Index { get; }

    /// <summary>What it can do.</summary>
    public GpuModel Model { get; }

    /// <summary>Its slices.</summary>
    public IReadOnlyList<Slice> Slices { get; }

    /// <summary>Whether nothing may be placed here.</summary>
    public bool IsLost { get; }

    /// <summary>What is kept beside the slices.</summary>
    public GpuHold Hold { get; }

    /// <summary>MIG: the memory slices that may not be touched.</summary>
    public SliceMask Held { get; }

    /// <summary>MIG: the memory slices of all its slices, free ones included.</summary>
    public SliceMask Present { get; }

    /// <summary>MIG: the profiles that could be placed here, if need be by destroying free slices. Bit <c>i</c> is the model's profile <c>i</c>.</summary>
    public uint Open { get; }

    /// <summary>Unit: GB of the slices that may not be touched.</summary>
    public int HeldGB { get; }

    /// <summary>Unit: GB of the free slices.</summary>
    public int FreeGB { get; }

    /// <summary>How many slices may not be touched.</summary>
    public int HeldClients { get; }

    /// <summary>MPS: unit percent, asked for by the holders together.</summary>
    public int HeldPercent { get; }

    /// <summary>MPS: the uid of the holders; <see langword="null"/> while nobody holds a share or the uid is unknown.</summary>
    public long? HeldUid { get; }

    /// <summary>MPS: whether the holders differ in their uid, as pods that nobody placed may: then the driver queues whoever comes.</summary>
    public bool HasMixedUids { get; }

    /// <summary>MPS: whether a client of that uid would be served beside the holders.</summary>
    public bool Serves(long? uid) => holders == 0 || (!HasMixedUids && HeldUid == uid);

    /// <summary>The GPU with one more slice, and without the free ones that <paramref name="destroyed"/> names by shape.</summary>
    public Gpu With(Slice added, IReadOnlyList<SliceShape> destroyed) =>
        new(Index, Model, [.. Slices.Where(slice => slice.Shape != added.Shape && !(slice.IsFree && destroyed.Contains(slice.Shape))), added], IsLost, Hold);

    /// <summary>The GPU after those pods have gone: the slices that they use or were promised are free. Itself where they have none here.</summary>
    /// <param name="owners">The pods' uids. What is reserved for one of them stays reserved.</param>
    public Gpu Without(IReadOnlySet<string> owners)
    {
        foreach (var slice in Slices)
        {
            if (IsLeftBy(owners, slice))
            {
                return new Gpu(Index, Model, [.. Slices.Select(each => IsLeftBy(owners, each) ? new Slice(each.Shape, each.Resource, SliceHold.Free) : each)], IsLost, Hold);
            }
        }

        return this;
    }

    /// <summary>Draws MIG memory slices, <c>#</c> held and <c>.</c> not; an MPS GPU in eight parts of its memory.</summary>
    public string Draw()
    {
        if (Model.MemorySlices > 0 && Slices.All(slice => slice.Shape.Profile is not null))
        {
            return Held.Draw(Model.MemorySlices);
        }

        const int parts = 8;
        var held = Model.UsableGB == 0 ? 0 : (HeldGB * parts + Model.UsableGB - 1) / Model.UsableGB;
        return new string('#', Math.Min(held, parts)) + new string('.', parts - Math.Min(held, parts));
    }

    private static bool IsLeftBy(IReadOnlySet<string> owners, Slice slice) =>
        slice is { Hold: SliceHold.Used or SliceHold.Covered, OwnerUid: { } owner } && owners.Contains(owner);

    /// <summary>Profiles that have a place left but not the right to it: the instance limit is reached, or the media engines are taken.</summary>
    private uint Exhausted()
    {
        var exhausted = 0u;
        for (var index = 0; index < Model.Profiles.Count && holders > 0; index++)
        {
            if (!Tolerates(Model.Profiles[index]))
            {
                exhausted |= 1u << index;
            }
        }

        return exhausted;
    }

    private bool Tolerates(MigProfile profile)
    {
        var like = 0;
        foreach (var slice in Slices)
        {
            if (!slice.IsFree && slice.Shape.Profile is { } held)
            {
                like += held == profile ? 1 : 0;
                if (like >= profile.MaxInstances || !profile.ToleratesBeside(held))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
