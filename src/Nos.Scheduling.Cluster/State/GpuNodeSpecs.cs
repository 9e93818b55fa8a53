using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Writes down what a node should be cut into: exactly the slices that decisions see on it.</summary>
public static class GpuNodeSpecs
{
    /// <summary>The spec's GPUs.</summary>
    /// <param name="node">The node as assembled, with every reservation.</param>
    /// <param name="current">The GpuNode as it is; owners that it names stay while their pod lives.</param>
    /// <param name="lives">Whether the owner's pod exists and has not ended, or may only be unknown yet.</param>
    /// <param name="keptUntil">Until when a place is kept for the pod of that uid in memory; <see langword="null"/> where none is.</param>
    /// <param name="now">The moment.</param>
    /// <param name="until">How long a slice that is reserved from now on waits for its pod.</param>
    internal static GpuSpec[] Of(
        Node node, GpuNodeDocument current, Func<SliceOwner, bool> lives, Func<string, DateTimeOffset?> keptUntil, DateTimeOffset now, DateTimeOffset until)
    {
        var owners = (current.Spec.Gpus ?? [])
            .SelectMany(gpu => gpu.Slices)
            .Where(slice => slice.For is { } owner && lives(owner))
            .DistinctBy(slice => slice.Id)
            .ToDictionary(slice => slice.Id, slice => Renewed(slice.For!, keptUntil(slice.For!.Uid), (until - now) / 2), StringComparer.Ordinal);
        return [.. node.Gpus.Select(gpu => new GpuSpec
        {
            Index = gpu.Index,
            Slices = [.. gpu.Slices.Select(slice => SpecOf(gpu.Index, slice, owners.GetValueOrDefault(slice.Shape.IdOn(gpu.Index)), until))],
        })];
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
    internal static bool AreEqual(GpuSpec[]? left, GpuSpec[]? right) =>
        JsonSerializer.SerializeToUtf8Bytes(left ?? [], KubeJson.Default.GpuSpecArray).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right ?? [], KubeJson.Default.GpuSpecArray))
        && left is null == right is null;

    /// <summary>
    /// A place that is kept much longer in memory than the spec says is written down again: another leader goes by the spec alone. Not at every renewal,
    /// since each write of a spec is the agent's work, too.
    /// </summary>
    private static SliceOwner Renewed(SliceOwner owner, DateTimeOffset? keptUntil, TimeSpan slack) =>
        keptUntil is { } kept && kept - owner.Until > slack ? owner with { Until = kept } : owner;

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
