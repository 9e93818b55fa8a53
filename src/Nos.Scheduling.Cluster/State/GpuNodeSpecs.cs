using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Writes down what a node should be cut into: exactly the slices that decisions see on it.</summary>
public static class GpuNodeSpecs
{
    /// <summary>
    /// The spec's GPUs. Where the node is not to be partitioned any more, only slices that somebody has or waits for. A GPU that the report does not
    /// show stays as it is written: nothing is known of it now.
    /// </summary>
    /// <param name="node">The node as assembled, with every reservation.</param>
    /// <param name="current">The GpuNode as it is.</param>
    /// <param name="isLabelled">Whether the node's label says that it is to be partitioned.</param>
    /// <param name="owners">For whom slices are.</param>
    internal static GpuSpec[] Of(Node node, GpuNodeDocument current, bool isLabelled, OwnerRules owners)
    {
        var named = (current.Spec.Gpus ?? [])
            .SelectMany(gpu => gpu.Slices)
            .Where(slice => slice.For is not null)
            .DistinctBy(slice => slice.Id)
            .ToDictionary(slice => slice.Id, slice => slice.For, StringComparer.Ordinal);
        var assembled = node.Gpus.Select(gpu => new GpuSpec
        {
            Index = gpu.Index,
            Slices = [.. gpu.Slices
                .Where(slice => isLabelled || !slice.IsFree)
                .Select(slice => SpecOf(gpu.Index, slice, named.GetValueOrDefault(slice.Shape.IdOn(gpu.Index)), owners))],
        });
        var unseen = (current.Spec.Gpus ?? []).Where(gpu => current.Status?.Gpus.All(reported => reported.Index != gpu.Index) ?? true);
        return [.. assembled.Concat(unseen).OrderBy(gpu => gpu.Index)];
    }

    /// <summary>The spec as a merge patch that fails when somebody else has written since <paramref name="current"/>.</summary>
    /// <param name="gpus">The spec's GPUs.</param>
    /// <param name="current">The GpuNode that they were made from.</param>
    /// <param name="signature">Who writes.</param>
    internal static JsonObject Patch(GpuSpec[] gpus, GpuNodeDocument current, string signature) =>
        Patch(new JsonObject { ["gpus"] = JsonSerializer.SerializeToNode(gpus, KubeJson.Default.GpuSpecArray) }, current, signature);

    /// <summary>As a merge patch that fails when somebody else has written since <paramref name="current"/>.</summary>
    /// <param name="spec">What is to be merged into the spec.</param>
    /// <param name="current">The GpuNode that it was made from.</param>
    /// <param name="signature">Who writes.</param>
    public static JsonObject Patch(JsonObject spec, GpuNodeDocument current, string signature) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["resourceVersion"] = current.Metadata.ResourceVersion,
            ["annotations"] = new JsonObject { [NosKeys.WrittenBy] = signature },
        },
        ["spec"] = spec,
    };

    /// <summary>Whether two specs say the same, order included.</summary>
    public static bool AreEqual(GpuSpec[]? left, GpuSpec[]? right) =>
        JsonSerializer.SerializeToUtf8Bytes(left ?? [], KubeJson.Default.GpuSpecArray).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right ?? [], KubeJson.Default.GpuSpecArray))
        && left is null == right is null;

    private static SliceSpec SpecOf(int gpu, Slice slice, SliceOwner? named, OwnerRules owners) => new()
    {
        Id = slice.Shape.IdOn(gpu),
        Profile = slice.Shape.Profile?.Name,
        Start = slice.Shape.Profile is null ? null : slice.Shape.Start,
        MemoryGB = slice.Shape.Profile is null ? slice.Shape.MemoryGB : null,
        Resource = slice.Resource.Name,
        For = slice switch
        {
            { Hold: SliceHold.Free } => null,
            { Hold: SliceHold.Reserved, OwnerUid: { } uid } => owners.ForWaiting(uid, named),
            _ => owners.ForHeld(slice.OwnerUid, named),
        },
    };
}
