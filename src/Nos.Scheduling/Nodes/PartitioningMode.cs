namespace Nos.Scheduling.Nodes;

/// <summary>How a node's GPUs are shared; one mode per node.</summary>
public enum PartitioningMode
{
    /// <summary>MIG: instances in hardware, fully isolated.</summary>
    Mig,

    /// <summary>MPS: shares by memory limit and compute percentage, one process space.</summary>
    Mps,
}
