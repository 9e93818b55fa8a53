namespace Nos.Scheduling.Agent.Options;

/// <summary>How a container is told which slice is its own.</summary>
internal enum DeviceList
{
    /// <summary>CDI where the node can, else the variable.</summary>
    Auto,

    /// <summary>By a CDI specification and device names.</summary>
    Cdi,

    /// <summary>By <c>NVIDIA_VISIBLE_DEVICES</c>.</summary>
    Env,
}
