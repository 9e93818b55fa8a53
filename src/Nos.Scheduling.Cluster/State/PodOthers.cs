using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads what a pod asks of, and what a node has of, resources beside slices, cpu, memory and pods.</summary>
internal static class PodOthers
{
    /// <summary>As <see cref="PodRooms.Of"/> adds up.</summary>
    internal static ResourceAmounts Of(PodSpec spec)
    {
        var (sidecars, most) = (default(ResourceAmounts), default(ResourceAmounts));
        foreach (var container in spec.InitContainers ?? [])
        {
            var asked = Read(container.Resources?.Requests);
            if (container.RestartPolicy == "Always")
            {
                sidecars += asked;
                asked = default;
            }

            most = ResourceAmounts.Larger(most, sidecars + asked);
        }

        var together = spec.Containers.Aggregate(sidecars, (sum, container) => sum + Read(container.Resources?.Requests));
        return ResourceAmounts.Larger(most, together) + Read(spec.Overhead);
    }

    /// <summary>What the node's pods may use together.</summary>
    internal static ResourceAmounts Allocatable(NodeStatus status) => Read(status.Allocatable);

    private static ResourceAmounts Read(Dictionary<string, Quantity>? amounts) => amounts is null || !amounts.Keys.Any(IsOther)
        ? default
        : ResourceAmounts.Of(amounts.Where(amount => IsOther(amount.Key)).Select(amount => KeyValuePair.Create(amount.Key, amount.Value.Value)));

    /// <summary>Our own names are no node's to have: they are translated, or mark a pod.</summary>
    private static bool IsOther(string name) =>
        name is not ("cpu" or "memory" or "pods") && !name.StartsWith("nos.nebuly.com/", StringComparison.Ordinal) && !SliceResource.TryParse(name, out _);
}
