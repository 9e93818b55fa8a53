namespace Nos.Scheduling.Agent.Options;

/// <summary>What the agent drives.</summary>
internal enum AgentDriver
{
    /// <summary>The node's GPUs, through NVML.</summary>
    Nvml,

    /// <summary>GPUs that exist only in this process.</summary>
    Simulated,
}
