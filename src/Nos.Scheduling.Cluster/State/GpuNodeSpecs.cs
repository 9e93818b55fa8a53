using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Writes down what a node should be cut into: exactly the slices that decisions see on it.</summary>
internal static class GpuNodeSpecs
{
    /// <summary>The spec's GPUs.</summary>
    /// <param name="node">The node as assembled, with every reservation.</param>
    /// <param name="current">The GpuNode as it is; owners that it names stay while their pod lives.</param>
    /// <param name="lives">Whether the pod of that uid exists and has not ended.</param>
    /// <param name="until">How long a slice that is reserved from now on waits for its pod.</param>
    internal static GpuSpec[] Of(Node node, GpuNodeDocument current, Func<string, bool> lives, DateTimeOffset until)
    {
        var owners = (current.Spec.Gpus ?? [])
            .SelectMany(gpu => gpu.Slices)
            .Where(slice => slice.For is { } owner && lives(owner.Uid))
            .DistinctBy(slice => slice.Id)
            .ToDictionary(slice => slice.Id, slice => slice.For, StringComparer.Ordinal);
        return [.. node.Gpus.Select(gpu => new GpuSpec
        {
            Index = gpu.Index,
            Slices = [.. gpu.Slices.Select(slice => SpecOf(gpu.Index, slice, owners.GetValueOrDefault(slice.Shape.IdOn(gpu.Index)), until))],
        })];
    }

    /// <summary>The spec as a merge patch that fails when somebody else has written since <paramref name="current"/>.</summary>
    internal static JsonObject Patch(GpuSpec[] gpus, GpuNodeDocument current) => new()
    {
        ["metadata"] = new JsonObject { ["resourceVersion"] = current.Metadata.ResourceVersion },
        ["spec"] = new JsonObject { ["gpus"] = JsonSerializer.SerializeToNode(gpus, KubeJson.Default.GpuSpecArray) },
    };

    /// <summary>Whether two specs say the same, order included.</summary>
    internal static bool AreEqual(GpuSpec[]? left, GpuSpec[]? right) =>
        JsonSerializer.SerializeToUtf8Bytes(left ?? [], KubeJson.Default.GpuSpecArray).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right ?? [], KubeJson.Default.GpuSpecArray))
        && left is null == right is null;

    private static SliceSpec SpecOf(int gpu, Slice slice, SliceOwner? owner, DateTimeOffset until)
    {
        var reserved = slice.Hold == SliceHold.Reserved && slice.OwnerUid is { } uid && uid != owner?.Uid ? new SliceOwner { Uid = uid, Until = until } : null;
        var kept = slice.Hold == SliceHold.Free || (slice.OwnerUid is { } holder && holder != owner?.Uid) ? null : owner;
        return new SliceSpec
        {
            Id = slice.Shape.IdOn(gpu),
            Profile = slice.Shape.Profile?.Name,
            Start = slice.Shape.Profile is null ? null : slice.Shape.Start,
            MemoryGB = slice.Shape.Profile is null ? slice.Shape.MemoryGB : null,
            Resource = slice.Resource.Name,
            For = reserved ?? kept,
        };
    }
}
