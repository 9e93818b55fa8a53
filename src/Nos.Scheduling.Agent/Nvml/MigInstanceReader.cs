namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Reads which instances a device has. They are known by profile and start: NVML's ids are used again.</summary>
internal static class MigInstanceReader
{
    /// <summary>All instances, by start.</summary>
    /// <exception cref="NvmlException">NVML does not tell them.</exception>
    public static IReadOnlyList<MigInstance> Read(NvmlDevice device, DeviceFacts facts) =>
    [
        .. facts.Profiles.SelectMany(profile => Of(device, profile)).OrderBy(instance => instance.Start).ThenBy(instance => instance.Size),
    ];

    private static IEnumerable<MigInstance> Of(NvmlDevice device, DeviceProfile profile)
    {
        // The API does not check the buffer: it must hold as many as the profile allows.
        var (handles, count) = (new nint[Math.Max(16, profile.Shape.MaxInstances)], 0u);
        NvmlCall.Check("nvmlDeviceGetGpuInstances", () => NvmlLibrary.DeviceGetGpuInstances(device.Handle, profile.Id, ref handles[0], ref count));
        return handles[..(int)count].Select(handle => Read(handle, profile));
    }

    private static MigInstance Read(nint handle, DeviceProfile profile)
    {
        var info = default(GpuInstanceRecord);
        NvmlCall.Check("nvmlGpuInstanceGetInfo", () => NvmlLibrary.GpuInstanceGetInfo(handle, out info));
        var parts = profile.Parts.Of(handle).SelectMany(part => PartsOf(handle, part)).ToList();
        return new MigInstance(handle, profile, (int)info.Placement.Start, (int)info.Placement.Size, parts) { Id = info.Id };
    }

    private static IEnumerable<MigPart> PartsOf(nint instance, ComputeInstanceProfile profile)
    {
        var (handles, count) = (new nint[Math.Max(16, profile.InstanceCount)], 0u);
        NvmlCall.Check(
            "nvmlGpuInstanceGetComputeInstances", () => NvmlLibrary.GpuInstanceGetComputeInstances(instance, profile.Id, ref handles[0], ref count));
        return handles[..(int)count].Select(handle => Read(handle, profile));
    }

    private static MigPart Read(nint handle, ComputeInstanceProfile profile)
    {
        var info = default(ComputeInstanceRecord);
        var code = NvmlCall.Try(() => NvmlLibrary.ComputeInstanceGetInfo(handle, out info));
        if (code == NvmlReturn.FunctionNotFound)
        {
            code = NvmlCall.Try(() => NvmlLibrary.ComputeInstanceGetInfoV1(handle, ref info));
        }

        return code == NvmlReturn.Success
            ? new MigPart(handle, (int)profile.SliceCount, NvmlDevice.UuidOf(info.Device), NvmlDevice.HasProcesses(info.Device))
            : throw new NvmlException("nvmlComputeInstanceGetInfo_v2", code);
    }
}
