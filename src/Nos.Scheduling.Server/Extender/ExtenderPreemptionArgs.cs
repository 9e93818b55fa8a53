using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Preempting;

namespace Nos.Scheduling.Server.Extender;

/// <summary>What kube-scheduler sends to preempt: candidates by node, whole pods or only their uids.</summary>
internal sealed record ExtenderPreemptionArgs
{
    /// <summary>The pod that wants room.</summary>
    [JsonPropertyName("Pod")]
    public PodDocument? Pod { get; init; }

    /// <summary>Where <c>nodeCacheCapable</c> is false.</summary>
    [JsonPropertyName("NodeNameToVictims")]
    public Dictionary<string, ExtenderVictims?>? NodeNameToVictims { get; init; }

    /// <summary>Where <c>nodeCacheCapable</c> is true.</summary>
    [JsonPropertyName("NodeNameToMetaVictims")]
    public Dictionary<string, ExtenderMetaVictims?>? NodeNameToMetaVictims { get; init; }

    /// <summary>The candidates in ordinal order of nodes, whichever way they came.</summary>
    internal IReadOnlyList<PreemptionCandidate> Candidates() =>
    [
        .. (NodeNameToMetaVictims?.Select(node => Candidate(node.Key, (node.Value?.Pods ?? []).Select(pod => pod.Uid), node.Value?.NumPdbViolations))
            ?? NodeNameToVictims?.Select(node => Candidate(node.Key, (node.Value?.Pods ?? []).Select(pod => pod.Metadata.Uid), node.Value?.NumPdbViolations))
            ?? [])
        .OrderBy(candidate => candidate.Node, StringComparer.Ordinal),
    ];

    private static PreemptionCandidate Candidate(string node, IEnumerable<string?> uids, long? violations) =>
        new(node, [.. uids.Select(uid => uid ?? "")], (int)Math.Clamp(violations ?? 0, 0, int.MaxValue));
}
