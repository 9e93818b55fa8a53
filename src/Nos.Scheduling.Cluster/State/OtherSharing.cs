using System.Globalization;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads off a node who else gives its GPUs away. The server refuses such a node, and its agent touches nothing there. Pure.</summary>
public static class OtherSharing
{
    private const string Leave = $"or take the label {NosKeys.GpuPartitioning} off";

    /// <summary>The reason, and what to do as a sentence; <see langword="null"/> where the node shows nobody else.</summary>
    /// <remarks>
    /// Labels by GPU Feature Discovery: replicas without a strategy are those of before 0.15, which knew time-slicing alone. Replicas by NVIDIA's MPS are its
    /// plugin's, which is switched off on managed nodes: its devices tell whether it still runs, the labels stay.
    /// </remarks>
    public static (Misfit Obstacle, string Detail)? Of(NodeDocument node)
    {
        var strategy = node.Metadata.Label(NosKeys.SharingStrategy);
        if (strategy == "time-slicing")
        {
            return (Misfit.TimeSlicing, TimeSliced($"{NosKeys.SharingStrategy}={strategy}"));
        }

        if (strategy != "mps" && int.TryParse(node.Metadata.Label(NosKeys.GpuReplicas), NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) && replicas > 1)
        {
            return (Misfit.TimeSlicing, TimeSliced($"{NosKeys.GpuReplicas}={replicas}"));
        }

        return node.Status.Allocatable?.GetValueOrDefault(NosKeys.WholeGpu).Value > 0
            ? (Misfit.ForeignDevicePlugin, $"another device plugin offers {NosKeys.WholeGpu} here; keep it off this node (NVIDIA's goes by {NosKeys.DeployDevicePlugin}=false under the GPU Operator), {Leave}")
            : null;
    }

    private static string TimeSliced(string label) =>
        $"the GPUs are time-sliced ({label}); choose MIG or MPS and take the sharing section out of the device plugin's configuration for this node, {Leave}";
}
