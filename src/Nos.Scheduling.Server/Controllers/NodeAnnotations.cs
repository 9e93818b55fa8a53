using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Decides what a node's annotations tell of its slices, under the names that nos gave them: dashboards and scripts made for nos go on. Pure.
/// Nothing here reads them.
/// </summary>
internal static class NodeAnnotations
{
    /// <summary>The patch of the node.</summary>
    /// <param name="node">The node as it was seen last.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none: then nothing is told of it any more.</param>
    /// <returns>A merge patch of the annotations that differ, for this very node; <see langword="null"/> where all are right.</returns>
    internal static JsonObject? Patch(NodeDocument node, GpuNodeDocument? gpuNode)
    {
        var wanted = gpuNode is null or { Metadata.DeletionTimestamp: not null } ? [] : Of(gpuNode);
        var changes = new JsonObject();
        foreach (var (key, value) in wanted)
        {
            if (node.Metadata.Annotation(key) != value)
            {
                changes[key] = value;
            }
        }

        foreach (var stale in (node.Metadata.Annotations?.Keys ?? Enumerable.Empty<string>()).Where(key => IsOurs(key) && !wanted.ContainsKey(key)).Order(StringComparer.Ordinal))
        {
            changes[stale] = null;
        }

        return changes.Count == 0 ? null : new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = node.Metadata.Uid, ["annotations"] = changes },
        };
    }

    /// <summary>All that is to be told: how many slices of each GPU and shape are free and used, none of which there are none; and both plan ids.</summary>
    private static SortedDictionary<string, string> Of(GpuNodeDocument gpuNode)
    {
        var told = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var gpu in gpuNode.Status?.Gpus ?? [])
        {
            foreach (var like in gpu.Slices.Where(slice => slice.State is SliceStates.Free or SliceStates.Used).GroupBy(slice => KeyOf(gpu.Index, slice)))
            {
                told[like.Key] = Written(like.Count());
            }
        }

        if (gpuNode.Metadata.Generation is { } wanted)
        {
            told[NosKeys.SpecPlan] = Written(wanted);
        }

        if (gpuNode.Status?.ObservedGeneration is { } observed)
        {
            told[NosKeys.StatusPlan] = Written(observed);
        }

        return told;
    }

    private static string KeyOf(int gpu, SliceStatus slice)
    {
        var shape = slice.Profile is { } profile ? SliceResource.Written(profile) : $"{slice.MemoryGB}gb";
        return $"{NosKeys.StatusGpuPrefix}{gpu}-{shape}-{(slice.State == SliceStates.Used ? "used" : "free")}";
    }

    private static bool IsOurs(string key) =>
        key is NosKeys.SpecPlan or NosKeys.StatusPlan || key.StartsWith(NosKeys.StatusGpuPrefix, StringComparison.Ordinal);

    private static string Written(long number) => number.ToString(CultureInfo.InvariantCulture);
}
