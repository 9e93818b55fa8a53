using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Reads what the containers of a pod ask for. Ephemeral containers are none of ours: they cannot have resources.</summary>
internal static class PodAsks
{
    /// <summary>Init containers as listed, then the main ones.</summary>
    internal static IReadOnlyList<AskingContainer> Read(PodDocument pod) => Read(pod, RequestedRecord.Empty);

    /// <summary>The same as if the containers that <paramref name="recorded"/> names still asked for what is recorded of them.</summary>
    internal static IReadOnlyList<AskingContainer> Read(PodDocument pod, RequestedRecord recorded)
    {
        var inits = (pod.Spec.InitContainers ?? []).Select((container, index) =>
            Asking($"/spec/initContainers/{index}", container, [], recorded));
        var mains = pod.Spec.Containers.Select((container, index) =>
            Asking($"/spec/containers/{index}", container, index == 0 ? Annotations(pod) : [], recorded));
        return [.. inits, .. mains];
    }

    /// <summary>KAI's annotations of the pod, which are for its first container.</summary>
    internal static Dictionary<string, string> Annotations(PodDocument pod) => (pod.Metadata.Annotations ?? [])
        .Where(annotation => annotation.Key is PeerKeys.KaiFraction or PeerKeys.KaiMemory)
        .ToDictionary(StringComparer.Ordinal);

    private static AskingContainer Asking(string path, Container container, Dictionary<string, string> annotations, RequestedRecord recorded)
    {
        var ask = recorded.Of(container.Name) is { } originals
            ? AskReader.Read(container.Name, RequestedRecord.Resources(originals), RequestedRecord.Annotations(originals))
            : AskReader.Read(container.Name, GpuAmounts.Of(container.Resources), annotations);
        return new AskingContainer(path, container, ask is ContainerAsk.Wish wish && Torn(container, wish) is { } torn ? torn : ask);
    }

    private static ContainerAsk.Refused? Torn(Container container, ContainerAsk.Wish wish) =>
        GpuAmounts.Torn(container.Resources) is { } key && wish.Originals.ContainsKey(key)
            ? new ContainerAsk.Refused($"Container {container.Name}: {key} differs between limits and requests; write it in limits only.")
            : null;
}
