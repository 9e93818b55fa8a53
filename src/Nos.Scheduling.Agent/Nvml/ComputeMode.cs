namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Who may open a device.</summary>
/// <remarks>Source: nvml.h, <c>nvmlComputeMode_t</c>.</remarks>
internal enum ComputeMode
{
    /// <summary>Any number of processes.</summary>
    Default = 0,

    /// <summary>One thread at a time; drivers know it no more.</summary>
    ExclusiveThread = 1,

    /// <summary>Nobody.</summary>
    Prohibited = 2,

    /// <summary>One process at a time, such as an MPS server.</summary>
    ExclusiveProcess = 3,
}
