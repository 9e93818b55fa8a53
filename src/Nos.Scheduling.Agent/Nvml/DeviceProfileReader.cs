using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Reads the GPU instance profiles of a device. Source: nvml.h; the enumeration grows with drivers, so it is read to its end.</summary>
internal static class DeviceProfileReader
{
    /// <summary>No driver has nearly as many numbers; should one never say that it is past the last.</summary>
    private const uint MostNumbers = 64;

    /// <summary>The most places of one profile on any GPU.</summary>
    private const uint MostPlaces = 32;

    private const uint V2 = 0x02000098;
    private const uint V3 = 0x03000098;

    /// <summary>All profiles. Of two that would have one name the first counts: what tells them apart is younger than this program.</summary>
    /// <param name="device">The device; MIG mode may be on or off.</param>
    /// <param name="totalBytes">Unit: bytes, the device's memory.</param>
    /// <exception cref="NvmlException">NVML does not tell them; <see cref="NvmlReturn.NoPermission"/> without the right to ask for places.</exception>
    public static IReadOnlyList<DeviceProfile> Read(NvmlDevice device, ulong totalBytes)
    {
        var profiles = new List<DeviceProfile>();
        for (var number = 0u; number < MostNumbers; number++)
        {
            var info = default(GpuInstanceProfileV1);
            var asked = number;
            switch (NvmlCall.Try(() => NvmlLibrary.DeviceGetGpuInstanceProfileInfo(device.Handle, asked, out info)))
            {
                case NvmlReturn.Success:
                    Add(profiles, device, asked, info, totalBytes);
                    break;
                case NvmlReturn.NotSupported:
                    break;
                case NvmlReturn.InvalidArgument:
                    return profiles;
                case var code:
                    throw new NvmlException("nvmlDeviceGetGpuInstanceProfileInfo", code);
            }
        }

        return profiles;
    }

    private static void Add(List<DeviceProfile> profiles, NvmlDevice device, uint number, GpuInstanceProfileV1 info, ulong totalBytes)
    {
        var places = PlacesOf(device, info.Id);
        var name = NameOf(device, number) ?? ProfileNaming.Name(number, (int)info.SliceCount, info.MemorySizeMiB, totalBytes);

        // A mask holds sixteen slices; a larger GPU would need a wider one.
        var starts = places.Where(place => place.Start + place.Size <= SliceMask.Capacity)
            .Aggregate(default(SliceMask), (mask, place) => mask | SliceMask.Run((int)place.Start, 1));
        if (starts.Count > 0 && profiles.TrueForAll(known => known.Shape.Name != name))
        {
            var shape = new MigProfile(name, (int)info.SliceCount, (int)places[0].Size, (int)info.MemorySizeMiB, starts, Math.Max(1, (int)info.InstanceCount));
            profiles.Add(new DeviceProfile(info.Id, number, (int)info.MultiprocessorCount, shape));
        }
    }

    private static InstancePlacement[] PlacesOf(NvmlDevice device, uint id)
    {
        var (places, count) = (new InstancePlacement[MostPlaces], MostPlaces);
        var code = NvmlCall.Try(() => NvmlLibrary.DeviceGetGpuInstancePossiblePlacements(device.Handle, id, ref places[0], ref count));
        if (code == NvmlReturn.FunctionNotFound)
        {
            count = MostPlaces;
            code = NvmlCall.Try(() => NvmlLibrary.DeviceGetGpuInstancePossiblePlacementsV1(device.Handle, id, ref places[0], ref count));
        }

        return code switch
        {
            NvmlReturn.Success => places[..(int)count],
            NvmlReturn.NotSupported => [],
            _ => throw new NvmlException("nvmlDeviceGetGpuInstancePossiblePlacements_v2", code),
        };
    }

    /// <summary>The driver's own name, where it has one: with MIG mode off, or an old driver, it has not.</summary>
    private static string? NameOf(NvmlDevice device, uint number)
    {
        var third = new GpuInstanceProfileV3 { Version = V3 };
        if (NvmlCall.Try(() => NvmlLibrary.DeviceGetGpuInstanceProfileInfoV3(device.Handle, number, ref third)) == NvmlReturn.Success)
        {
            return ProfileNaming.Stripped(NvmlText.Read(third.Name));
        }

        var second = new GpuInstanceProfileV2 { Version = V2 };
        return NvmlCall.Try(() => NvmlLibrary.DeviceGetGpuInstanceProfileInfoV2(device.Handle, number, ref second)) == NvmlReturn.Success
            ? ProfileNaming.Stripped(NvmlText.Read(second.Name))
            : null;
    }
}
