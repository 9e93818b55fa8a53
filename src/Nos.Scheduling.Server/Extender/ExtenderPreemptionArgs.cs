using System.Text.Json.Serialization;
using Nos.Scheduling.Cluster.Documents;

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

    /// <summary>The candidates by node: uids and the number of budgets violated, in ordinal order of nodes.</summary>
    internal IEnumerable<(string Node, string[] Uids, long BudgetViolations)> Candidates() =>
        (NodeNameToMetaVictims?.Select(node => (node.Key, (node.Value?.Pods ?? []).Select(pod => pod.Uid ?? "").ToArray(), node.Value?.NumPdbViolations ?? 0))
            ?? NodeNameToVictims?.Select(node => (node.Key, (node.Value?.Pods ?? []).Select(pod => pod.Metadata.Uid ?? "").ToArray(), node.Value?.NumPdbViolations ?? 0))
            ?? [])
        .OrderBy(candidate => candidate.Item1, StringComparer.Ordinal);
}
