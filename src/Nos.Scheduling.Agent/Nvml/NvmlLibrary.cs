using System.Runtime.InteropServices;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>The entry points of <c>libnvidia-ml.so.1</c> that are used here; each name is the exported one.</summary>
/// <remarks>
/// Never the unversioned library: that is a stub of the CUDA toolkit. Where the library or a symbol is missing a call throws; see <see cref="NvmlCall"/>.
/// </remarks>
internal static partial class NvmlLibrary
{
    /// <summary>What is loaded; the loader's search path decides from where.</summary>
    internal const string Name = "libnvidia-ml.so.1";

    /// <summary>Opens the session.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlInit_v2")]
    internal static partial NvmlReturn Init();

    /// <summary>Closes it.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlShutdown")]
    internal static partial NvmlReturn Shutdown();

    /// <summary>The driver's version as text.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlSystemGetDriverVersion")]
    internal static partial NvmlReturn SystemGetDriverVersion(ref byte version, uint length);

    /// <summary>How many GPUs there are.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetCount_v2")]
    internal static partial NvmlReturn DeviceGetCount(out uint count);

    /// <summary>The handle of a GPU.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetHandleByIndex_v2")]
    internal static partial NvmlReturn DeviceGetHandleByIndex(uint index, out nint device);

    /// <summary>The UUID of a GPU or of a MIG device.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetUUID")]
    internal static partial NvmlReturn DeviceGetUUID(nint device, ref byte uuid, uint length);

    /// <summary>The product's name.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetName")]
    internal static partial NvmlReturn DeviceGetName(nint device, ref byte name, uint length);

    /// <summary>Where it is plugged in.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetPciInfo_v3")]
    internal static partial NvmlReturn DeviceGetPciInfo(nint device, out PciAddress pci);

    /// <summary>Its memory.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetMemoryInfo")]
    internal static partial NvmlReturn DeviceGetMemoryInfo(nint device, out DeviceMemory memory);

    /// <summary>Its memory, what is reserved told apart; since R510.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetMemoryInfo_v2")]
    internal static partial NvmlReturn DeviceGetMemoryInfoV2(nint device, ref DeviceMemoryV2 memory);

    /// <summary>Whether MIG mode is on, now and after the next reset.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetMigMode")]
    internal static partial NvmlReturn DeviceGetMigMode(nint device, out uint current, out uint pending);

    /// <summary>Switches MIG mode; success of the call alone means little.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceSetMigMode")]
    internal static partial NvmlReturn DeviceSetMigMode(nint device, uint mode, out NvmlReturn activation);

    /// <summary>Who may open the device.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetComputeMode")]
    internal static partial NvmlReturn DeviceGetComputeMode(nint device, out ComputeMode mode);

    /// <summary>Says who may open the device; needs root, and lasts until the driver is unloaded.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceSetComputeMode")]
    internal static partial NvmlReturn DeviceSetComputeMode(nint device, ComputeMode mode);

    /// <summary>A profile by its number in the enumeration.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstanceProfileInfo")]
    internal static partial NvmlReturn DeviceGetGpuInstanceProfileInfo(nint device, uint profile, out GpuInstanceProfileV1 info);

    /// <summary>As <see cref="DeviceGetGpuInstanceProfileInfo"/>, with the name; since R510.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstanceProfileInfoV")]
    internal static partial NvmlReturn DeviceGetGpuInstanceProfileInfoV2(nint device, uint profile, ref GpuInstanceProfileV2 info);

    /// <summary>As <see cref="DeviceGetGpuInstanceProfileInfo"/>, with name and capabilities; since R535.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstanceProfileInfoV")]
    internal static partial NvmlReturn DeviceGetGpuInstanceProfileInfoV3(nint device, uint profile, ref GpuInstanceProfileV3 info);

    /// <summary>Where a profile may lie, taken places included.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstancePossiblePlacements_v2")]
    internal static partial NvmlReturn DeviceGetGpuInstancePossiblePlacements(nint device, uint profileId, ref InstancePlacement placements, ref uint count);

    /// <summary>The first version of <see cref="DeviceGetGpuInstancePossiblePlacements"/>.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstancePossiblePlacements")]
    internal static partial NvmlReturn DeviceGetGpuInstancePossiblePlacementsV1(nint device, uint profileId, ref InstancePlacement placements, ref uint count);

    /// <summary>Makes a GPU instance at exactly that place.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceCreateGpuInstanceWithPlacement")]
    internal static partial NvmlReturn DeviceCreateGpuInstanceWithPlacement(nint device, uint profileId, in InstancePlacement placement, out nint instance);

    /// <summary>Destroys a GPU instance without compute instances.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlGpuInstanceDestroy")]
    internal static partial NvmlReturn GpuInstanceDestroy(nint instance);

    /// <summary>The GPU instances of a profile; the buffer must hold as many as the profile allows.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGpuInstances")]
    internal static partial NvmlReturn DeviceGetGpuInstances(nint device, uint profileId, ref nint instances, ref uint count);

    /// <summary>What a GPU instance is.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlGpuInstanceGetInfo")]
    internal static partial NvmlReturn GpuInstanceGetInfo(nint instance, out GpuInstanceRecord info);

    /// <summary>A compute instance profile by its number in the enumeration.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlGpuInstanceGetComputeInstanceProfileInfo")]
    internal static partial NvmlReturn GpuInstanceGetComputeInstanceProfileInfo(nint instance, uint profile, uint engineProfile, out ComputeInstanceProfile info);

    /// <summary>Makes a compute instance.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlGpuInstanceCreateComputeInstance")]
    internal static partial NvmlReturn GpuInstanceCreateComputeInstance(nint instance, uint profileId, out nint computeInstance);

    /// <summary>Destroys an idle compute instance.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlComputeInstanceDestroy")]
    internal static partial NvmlReturn ComputeInstanceDestroy(nint computeInstance);

    /// <summary>The compute instances of a profile; the buffer must hold as many as the profile allows.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlGpuInstanceGetComputeInstances")]
    internal static partial NvmlReturn GpuInstanceGetComputeInstances(nint instance, uint profileId, ref nint computeInstances, ref uint count);

    /// <summary>What a compute instance is.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlComputeInstanceGetInfo_v2")]
    internal static partial NvmlReturn ComputeInstanceGetInfo(nint computeInstance, out ComputeInstanceRecord info);

    /// <summary>The first version of <see cref="ComputeInstanceGetInfo"/>: fills all but the placement.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlComputeInstanceGetInfo")]
    internal static partial NvmlReturn ComputeInstanceGetInfoV1(nint computeInstance, ref ComputeInstanceRecord info);

    /// <summary>The processes on a GPU or on a MIG device.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetComputeRunningProcesses_v3")]
    internal static partial NvmlReturn DeviceGetComputeRunningProcesses(nint device, ref uint count, ref DeviceProcess processes);

    /// <summary>As the third version, of drivers before R510.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetComputeRunningProcesses_v2")]
    internal static partial NvmlReturn DeviceGetComputeRunningProcessesV2(nint device, ref uint count, ref DeviceProcess processes);

    /// <summary>As <see cref="DeviceGetComputeRunningProcesses"/>, of those that draw.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGraphicsRunningProcesses_v3")]
    internal static partial NvmlReturn DeviceGetGraphicsRunningProcesses(nint device, ref uint count, ref DeviceProcess processes);

    /// <summary>As the third version, of drivers before R510.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceGetGraphicsRunningProcesses_v2")]
    internal static partial NvmlReturn DeviceGetGraphicsRunningProcessesV2(nint device, ref uint count, ref DeviceProcess processes);

    /// <summary>Makes a set of events to wait for.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlEventSetCreate")]
    internal static partial NvmlReturn EventSetCreate(out nint set);

    /// <summary>Adds events of a GPU to a set; types are bits.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlDeviceRegisterEvents")]
    internal static partial NvmlReturn DeviceRegisterEvents(nint device, ulong types, nint set);

    /// <summary>Waits for one event; unit: milliseconds. Since R450, which brought MIG.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlEventSetWait_v2")]
    internal static partial NvmlReturn EventSetWait(nint set, out EventRecord record, uint timeout);

    /// <summary>Gives a set back, which nobody must be waiting on.</summary>
    [LibraryImport(Name, EntryPoint = "nvmlEventSetFree")]
    internal static partial NvmlReturn EventSetFree(nint set);
}
