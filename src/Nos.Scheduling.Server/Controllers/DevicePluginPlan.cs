using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Decides whether NVIDIA's device plugin may run on a node: never beside our agent, which is the device plugin there. Pure.</summary>
/// <remarks>
/// The GPU Operator runs the plugin where its label does not say <c>false</c>. What it said before is kept in an annotation, so that it can be put back by
/// whoever leads then. A <c>false</c> that an admin wrote is an admin's: it is neither noted nor taken back. Nodes that are refused for being shared
/// otherwise keep what shares them.
/// </remarks>
internal static class DevicePluginPlan
{
    private const string Off = "false";

    /// <param name="node">The node as it was seen last; <see langword="null"/> where it is gone.</param>
    /// <param name="gpuNode">Its GpuNode; <see langword="null"/> where there is none: then no slice of ours is left.</param>
    /// <returns>A merge patch of the node as it was seen; <see langword="null"/> where nothing is to be done, or not yet.</returns>
    internal static JsonObject? Patch(NodeDocument? node, GpuNodeDocument? gpuNode)
    {
        if (node is null or { Metadata.DeletionTimestamp: not null })
        {
            return null;
        }

        var (label, before) = (node.Metadata.Label(NosKeys.DeployDevicePlugin), node.Metadata.Annotation(NosKeys.DevicePluginBefore));
        return PartitioningLabel.ModeOf(node) is null ? Restored(node, gpuNode, label, before)
            : label is Off or NosKeys.PausedForMigChange || IsSharedOtherwise(node, gpuNode) ? null
            : Written(node, Off, before ?? label ?? "");
    }

    /// <summary>As long as there is a GpuNode slices are in use, or go: NVIDIA's plugin would give away what is about to be destroyed.</summary>
    private static JsonObject? Restored(NodeDocument node, GpuNodeDocument? gpuNode, string? label, string? before) =>
        before is null || gpuNode is not null ? null
        : label != Off ? Written(node, label, null)
        : Written(node, before.Length == 0 ? null : before, null);

    private static bool IsSharedOtherwise(NodeDocument node, GpuNodeDocument? gpuNode) =>
        OtherSharing.Of(node)?.Obstacle == Misfit.TimeSlicing
        || (gpuNode?.Status?.Conditions ?? []).Any(condition => condition is { Type: "Ready", Status: "False", Reason: nameof(Misfit.TimeSlicing) or nameof(Misfit.DraOwned) });

    private static JsonObject Written(NodeDocument node, string? label, string? before) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = node.Metadata.Uid,
            ["resourceVersion"] = node.Metadata.ResourceVersion,
            ["labels"] = new JsonObject { [NosKeys.DeployDevicePlugin] = label },
            ["annotations"] = new JsonObject { [NosKeys.DevicePluginBefore] = before },
        },
    };
}
