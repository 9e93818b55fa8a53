using System.Globalization;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Which GPUs a simulated node has, or why that cannot be told: either <paramref name="Model"/> or <paramref name="Trouble"/> is there.</summary>
/// <param name="Model">Their model; <see langword="null"/> where it cannot be told.</param>
/// <param name="Count">How many; 0 where it cannot be told.</param>
/// <param name="Trouble">What is wrong with the labels, and what to write.</param>
internal sealed record SimulatedHardware(GpuModel? Model, int Count, NodeTrouble? Trouble)
{
    /// <summary>More GPUs no machine has; what says so is a slip of the pen.</summary>
    private const int Most = 64;

    /// <summary>Reads the labels of GPU Feature Discovery.</summary>
    /// <param name="labels">The node's metadata.</param>
    /// <param name="fallback">What counts where a label is missing.</param>
    public static SimulatedHardware Of(ObjectMeta labels, SimulatedGpus fallback)
    {
        var product = labels.Label(NosKeys.GpuProduct);
        if ((product is null ? fallback.Model : GpuCatalog.Find(product)) is not { } model)
        {
            return Wrong("GpuProductUnknown", $"The simulation knows no GPU '{product}'; write a product such as NVIDIA-A100-SXM4-80GB or NVIDIA-A10 into the node's label {NosKeys.GpuProduct}.");
        }

        var written = labels.Label(NosKeys.GpuCount) ?? fallback.Count.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most
            ? new SimulatedHardware(model, count, null)
            : Wrong("GpuCountInvalid", $"The node's label {NosKeys.GpuCount} is '{written}'; write how many GPUs it has, a number from 1 to {Most}.");
    }

    private static SimulatedHardware Wrong(string reason, string message) => new(null, 0, new NodeTrouble(reason, message));
}
