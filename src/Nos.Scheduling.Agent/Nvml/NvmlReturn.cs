namespace Nos.Scheduling.Agent.Nvml;

/// <summary>What an NVML call came to. Source: nvml.h, <c>nvmlReturn_t</c>; the number is the ABI.</summary>
internal enum NvmlReturn
{
    /// <summary>It was done.</summary>
    Success = 0,

    /// <summary>The session is not open, or the driver went away under it.</summary>
    Uninitialized = 1,

    /// <summary>An argument is wrong: past the last profile, a placement that is not allowed.</summary>
    InvalidArgument = 2,

    /// <summary>This device, or this device in its present mode, cannot do it.</summary>
    NotSupported = 3,

    /// <summary>The process lacks a right: not root, or no <c>mig/config</c> capability.</summary>
    NoPermission = 4,

    /// <summary>Deprecated by NVIDIA.</summary>
    AlreadyInitialized = 5,

    /// <summary>There is no such thing; a hole in a numbering.</summary>
    NotFound = 6,

    /// <summary>The buffer is too small; the count says what is needed.</summary>
    InsufficientSize = 7,

    /// <summary>An external power cable is missing.</summary>
    InsufficientPower = 8,

    /// <summary>The kernel module is not loaded.</summary>
    DriverNotLoaded = 9,

    /// <summary>The driver gave up waiting.</summary>
    Timeout = 10,

    /// <summary>The kernel found an interrupt problem.</summary>
    IrqIssue = 11,

    /// <summary><c>libnvidia-ml.so.1</c> cannot be loaded.</summary>
    LibraryNotFound = 12,

    /// <summary>The library is older than this call.</summary>
    FunctionNotFound = 13,

    /// <summary>The board's InfoROM is damaged.</summary>
    CorruptedInforom = 14,

    /// <summary>The GPU has fallen off the bus.</summary>
    GpuIsLost = 15,

    /// <summary>The GPU must be reset before it works again.</summary>
    ResetRequired = 16,

    /// <summary>The operating system refuses the GPU, a cgroup for instance.</summary>
    OperatingSystem = 17,

    /// <summary>The driver was upgraded under this process.</summary>
    LibRmVersionMismatch = 18,

    /// <summary>Somebody uses it.</summary>
    InUse = 19,

    /// <summary>Host memory ran out.</summary>
    Memory = 20,

    /// <summary>No data.</summary>
    NoData = 21,

    /// <summary>ECC is on where a vGPU cannot have it.</summary>
    VgpuEccNotSupported = 22,

    /// <summary>No room: an overlap, a profile's limit, or media engines that are taken.</summary>
    InsufficientResources = 23,

    /// <summary>That frequency is not supported.</summary>
    FreqNotSupported = 24,

    /// <summary>A struct's version is not known to the library.</summary>
    ArgumentVersionMismatch = 25,

    /// <summary>The call is no longer there.</summary>
    Deprecated = 26,

    /// <summary>The system is not ready for it.</summary>
    NotReady = 27,

    /// <summary>There is no such GPU.</summary>
    GpuNotFound = 28,

    /// <summary>Not in this state.</summary>
    InvalidState = 29,

    /// <summary>That kind of reset is not supported.</summary>
    ResetTypeNotSupported = 30,

    /// <summary>The driver does not know what happened.</summary>
    Unknown = 999,
}
