using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads what a pod asks of a node's cpu, memory and pods, and what a node has of them.</summary>
internal static class PodRooms
{
    /// <summary>
    /// Requests of the main containers and sidecars add up; an init container counts beside the sidecars before it, the larger of
    /// both sums; overhead on top. As kube-scheduler counts.
    /// </summary>
    public static NodeRoom Of(PodSpec spec)
    {
        var sidecars = default(NodeRoom);
        var most = default(NodeRoom);
        foreach (var container in spec.InitContainers ?? [])
        {
            var asked = Asked(container.Resources?.Requests);
            if (container.RestartPolicy == "Always")
            {
                sidecars += asked;
                asked = default;
            }

            most = Larger(most, sidecars + asked);
        }

        var together = spec.Containers.Aggregate(sidecars, (sum, container) => sum + Asked(container.Resources?.Requests));
        return Larger(most, together) + Asked(spec.Overhead) + new NodeRoom(0, 0, 1);
    }

    /// <summary>What the node's pods may use together.</summary>
    public static NodeRoom Allocatable(NodeStatus status) =>
        Asked(status.Allocatable) + new NodeRoom(0, 0, status.Allocatable?.GetValueOrDefault("pods").Value ?? 0);

    private static NodeRoom Asked(Dictionary<string, Quantity>? amounts) => amounts is null
        ? default
        : new NodeRoom(amounts.GetValueOrDefault("cpu").Milli, amounts.GetValueOrDefault("memory").Value, 0);

    private static NodeRoom Larger(NodeRoom left, NodeRoom right) =>
        new(Math.Max(left.CpuMilli, right.CpuMilli), Math.Max(left.MemoryBytes, right.MemoryBytes), Math.Max(left.Pods, right.Pods));
}
