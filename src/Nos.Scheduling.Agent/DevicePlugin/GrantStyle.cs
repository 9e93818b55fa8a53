namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>How Allocate tells the container runtime which slice is a container's own.</summary>
internal enum GrantStyle
{
    /// <summary>By <c>NVIDIA_VISIBLE_DEVICES</c>, which NVIDIA's runtime reads.</summary>
    Env,

    /// <summary>By CDI device names in the answer's own field; kubelet passes it on from 1.28 on.</summary>
    CdiDevices,

    /// <summary>By annotations that the runtime reads as CDI device names; for kubelet before 1.28.</summary>
    CdiAnnotations,
}
