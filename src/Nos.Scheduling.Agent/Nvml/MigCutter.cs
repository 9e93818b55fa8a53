using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Makes and destroys MIG instances so that a crash between any two calls leaves nothing worse than a half-done instance, which nobody can use.</summary>
/// <remarks>
/// <code>
///   make      GPU instance  ->  compute instance      a crash between leaves a half-done one: finished, or cleared away when its room is wanted
///   destroy   compute instances  ->  GPU instance     a crash between leaves the same
/// </code>
/// </remarks>
internal static class MigCutter
{
    /// <summary>Makes an instance at its place; one that is there already is no error.</summary>
    /// <exception cref="GpuDriverException">There can be none at this place.</exception>
    /// <exception cref="NvmlException">The device refuses; a GPU instance that was made for it has been destroyed again, if the device let us.</exception>
    public static void Create(NvmlDevice device, DeviceFacts facts, SlicePlace place)
    {
        var profile = ProfileOf(facts, place);
        var present = MigInstanceReader.Read(device, facts);
        var same = At(present, profile, place);
        if (same is { IsHalfDone: false })
        {
            return;
        }

        ClearRoom(present, profile, place);
        var handle = same?.Handle ?? Make(device, profile, place);
        try
        {
            MakeWhole(handle, profile);
        }
        catch (NvmlException)
        {
            _ = NvmlCall.Try(() => NvmlLibrary.GpuInstanceDestroy(handle));
            throw;
        }
    }

    /// <summary>Destroys the instance at that place; none there is no error.</summary>
    /// <exception cref="GpuDriverException">A process runs in it, or may.</exception>
    /// <exception cref="NvmlException">The device refuses; what was destroyed by then is taken up from there the next time.</exception>
    public static void Destroy(NvmlDevice device, DeviceFacts facts, SlicePlace place)
    {
        var profile = ProfileOf(facts, place);
        if (At(MigInstanceReader.Read(device, facts), profile, place) is not { } found)
        {
            return;
        }

        if (found.IsBusy)
        {
            throw new GpuDriverException(found.IsWhole
                ? $"A process runs on {place.Id}; it goes when that has ended."
                : $"{place.Id} was divided into compute instances by somebody else; it is theirs to destroy.");
        }

        foreach (var part in found.Parts)
        {
            NvmlCall.Check("nvmlComputeInstanceDestroy", () => NvmlLibrary.ComputeInstanceDestroy(part.Handle));
        }

        NvmlCall.Check("nvmlGpuInstanceDestroy", () => NvmlLibrary.GpuInstanceDestroy(found.Handle));
    }

    private static DeviceProfile ProfileOf(DeviceFacts facts, SlicePlace place) => place.Shape.Profile is not { } wanted
        ? throw new GpuDriverException($"{place.Id} is an MPS share, which this driver does not make.")
        : facts.Find(wanted.Name) ?? throw new GpuDriverException($"GPU {place.Gpu}, {facts.Product}, has no profile {wanted.Name}.");

    private static MigInstance? At(IReadOnlyList<MigInstance> present, DeviceProfile profile, SlicePlace place) =>
        present.FirstOrDefault(instance => instance.Profile.Id == profile.Id && instance.Start == place.Shape.Start);

    /// <summary>What somebody could use stays; what is half done is in nobody's way but ours.</summary>
    private static void ClearRoom(IReadOnlyList<MigInstance> present, DeviceProfile profile, SlicePlace place)
    {
        var inTheWay = present
            .Where(other => other.Overlaps(place.Shape.Start, profile.Shape.MemorySlices) && !(other.Profile.Id == profile.Id && other.Start == place.Shape.Start))
            .ToList();
        if (inTheWay.Find(other => !other.IsHalfDone) is { } whole)
        {
            throw new GpuDriverException($"{place.Id} overlaps {whole.Profile.Shape.Name} at {whole.Start}, which exists.");
        }

        foreach (var leftover in inTheWay)
        {
            NvmlCall.Check("nvmlGpuInstanceDestroy", () => NvmlLibrary.GpuInstanceDestroy(leftover.Handle));
        }
    }

    private static nint Make(NvmlDevice device, DeviceProfile profile, SlicePlace place)
    {
        var (where, handle) = (new InstancePlacement { Start = (uint)place.Shape.Start, Size = (uint)profile.Shape.MemorySlices }, default(nint));
        NvmlCall.Check(
            "nvmlDeviceCreateGpuInstanceWithPlacement", () => NvmlLibrary.DeviceCreateGpuInstanceWithPlacement(device.Handle, profile.Id, in where, out handle));
        return handle;
    }

    /// <summary>One compute instance over all slices. Of several profiles that have them all the one with the most SMs: of a 1g with double memory the others waste a third.</summary>
    private static void MakeWhole(nint instance, DeviceProfile profile)
    {
        var whole = profile.Parts.Of(instance)
            .Where(part => part.SliceCount == profile.Shape.ComputeSlices)
            .OrderByDescending(part => part.MultiprocessorCount)
            .ThenBy(part => part.Id)
            .Select(part => (uint?)part.Id)
            .FirstOrDefault() ?? throw new NvmlException("nvmlGpuInstanceGetComputeInstanceProfileInfo", NvmlReturn.NotFound);
        NvmlCall.Check("nvmlGpuInstanceCreateComputeInstance", () => NvmlLibrary.GpuInstanceCreateComputeInstance(instance, whole, out _));
    }
}
