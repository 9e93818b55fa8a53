using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Agent.Allocating;

/// <summary>What kubelet would know of a pod: where it runs and which slices it needs.</summary>
/// <param name="Uid">Its identity.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Node">The node that it is bound to.</param>
/// <param name="Created">When it was created; the earlier pod is served first.</param>
/// <param name="Needs">The slices, as many as it needs at once; at least one.</param>
/// <param name="Promise">The slices that its annotation names; anybody may have written it.</param>
internal sealed record BoundPod(
    string Uid, string Key, string Node, DateTimeOffset Created, IReadOnlyList<PodNeed> Needs, IReadOnlyList<PromisedSlice> Promise)
{
    /// <summary>Reads a pod.</summary>
    /// <returns><see langword="null"/> where it holds no slice: not bound, ended, or asking for none. One that is being deleted holds what it has.</returns>
    public static BoundPod? Of(PodDocument pod)
    {
        if (pod.Metadata.Uid is not { Length: > 0 } uid || string.IsNullOrEmpty(pod.Spec.NodeName) || pod.Status.Phase is "Succeeded" or "Failed")
        {
            return null;
        }

        var demand = PodDemands.Of(pod);
        if (!demand.AsksForSlices)
        {
            return null;
        }

        var inOrder = (pod.Spec.InitContainers ?? []).Concat(pod.Spec.Containers).Select((container, place) => (container.Name, place))
            .DistinctBy(container => container.Name)
            .ToDictionary(container => container.Name, container => container.place, StringComparer.Ordinal);
        var needs = demand.Slices.Select((slice, place) => new PodNeed(
            slice.Resource,
            [.. demand.Shares.Where(share => share.Request == place).Select(share => share.Container).OrderBy(name => inOrder[name])]));
        return new BoundPod(
            uid,
            $"{pod.Metadata.Namespace}/{pod.Metadata.Name}",
            pod.Spec.NodeName,
            pod.Metadata.CreationTimestamp ?? DateTimeOffset.MinValue,
            [.. needs],
            PromisedSlice.ReadAll(pod.Metadata.Annotation(NosKeys.Slices)));
    }
}
