using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides which pods are told that their request was translated: the webhook has no side effects, so the leader tells it. Pure.</summary>
internal static class MutationEvents
{
    /// <summary>The event's reason.</summary>
    internal const string Reason = "Mutated";

    /// <summary>Events are for those who watch a pod start; an older pod is not told anew when a server starts.</summary>
    private static readonly TimeSpan Newest = TimeSpan.FromMinutes(5);

    /// <summary>The event of a pod as it was heard of; <see langword="null"/> where nothing was translated, or long ago.</summary>
    internal static PodEvent? Of(PodDocument pod, DateTimeOffset now) =>
        pod.Metadata.Annotation(NosKeys.Requested) is { Length: > 0 } && pod.Metadata.Annotation(NosKeys.Chosen) is { Length: > 0 } chosen
        && pod.Metadata is { Uid: { } uid, CreationTimestamp: { } created } && now - created < Newest
            ? new PodEvent(pod.Metadata.Namespace ?? "default", pod.Metadata.Name, uid, Reason, chosen, IsWarning: false)
            : null;
}
