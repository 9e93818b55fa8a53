using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Options;

/// <summary>A number of like nodes of the embedded cluster: <c>3x8xNVIDIA-A100-SXM4-80GB:mig</c>.</summary>
/// <param name="Count">How many nodes, at least 1.</param>
/// <param name="Gpus">How many GPUs each has, 1 to 16.</param>
/// <param name="Model">What the GPUs are; it has profiles where the mode is MIG.</param>
/// <param name="Mode">How they are shared.</param>
internal sealed record EmbeddedNodes(int Count, int Gpus, GpuModel Model, PartitioningMode Mode)
{
    /// <summary>As the flag is written.</summary>
    public override string ToString() => $"{Count}x{Gpus}x{Model.Product}:{(Mode == PartitioningMode.Mig ? "mig" : "mps")}";
}
