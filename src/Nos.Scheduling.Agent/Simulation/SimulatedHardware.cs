using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Which GPUs a simulated node has, or why that cannot be told. Exactly one of <paramref name="Model"/> and <paramref name="Trouble"/> is there.</summary>
/// <param name="Model">Their model; <see langword="null"/> where it cannot be told.</param>
/// <param name="Count">How many; 0 where it cannot be told.</param>
/// <param name="Trouble">What is wrong with the labels, and what to write.</param>
internal sealed record SimulatedHardware(GpuModel? Model, int Count, NodeTrouble? Trouble)
{
    /// <summary>Reads the labels of GPU Feature Discovery.</summary>
    /// <param name="labels">The node's metadata.</param>
    /// <param name="fallback">What counts where a label is missing; <see langword="null"/>: then it is needed.</param>
    public static SimulatedHardware Of(ObjectMeta labels, SimulatedGpus? fallback)
    {
        if ((labels.Label(NosKeys.GpuProduct) ?? fallback?.Product) is not { } product)
        {
            return Wrong("GpuProductMissing", $"The node has no label {NosKeys.GpuProduct}; write one such as NVIDIA-A100-SXM4-80GB, or start the agent with --simulated-gpus.");
        }

        if (GpuCatalog.Find(product) is not { } model)
        {
            return Wrong("GpuProductUnknown", $"The simulation knows no GPU {product}; write a product such as NVIDIA-A100-SXM4-80GB or NVIDIA-A10 into the label {NosKeys.GpuProduct}.");
        }

        if (labels.Label(NosKeys.GpuCount) is not { } written)
        {
            return fallback is not null
                ? new SimulatedHardware(model, fallback.Count, null)
                : Wrong("GpuCountMissing", $"The node has no label {NosKeys.GpuCount}; write how many GPUs it has, or start the agent with --simulated-gpus.");
        }

        return SimulatedGpus.ReadCount(written) is { } count
            ? new SimulatedHardware(model, count, null)
            : Wrong("GpuCountInvalid", $"The label {NosKeys.GpuCount} is {written}; write a number from 1 to {SimulatedGpus.Most}.");
    }

    private static SimulatedHardware Wrong(string reason, string message) => new(null, 0, new NodeTrouble(reason, message));
}
