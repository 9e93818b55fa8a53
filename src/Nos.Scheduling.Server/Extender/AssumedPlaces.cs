using System.Collections.Concurrent;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Extender;

/// <summary>
/// The places ranked first for pods that are not bound yet. The next pod's filter comes before this pod's bind: until then its place counts as taken
/// in scoring, never in feasibility, so that a burst of like pods does not collide on one node.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class AssumedPlaces(TimeProvider time)
{
    /// <summary>How long a pod may take from prioritize to bind before it is taken for lost; a scheduler needs milliseconds.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Assumed> byPod = new(StringComparer.Ordinal);

    /// <summary>Notes where a pod was ranked first; an earlier note of it is replaced.</summary>
    internal void Note(string podUid, string node, NodePlacement placement) =>
        byPod[podUid] = new Assumed(node, placement, time.GetTimestamp());

    /// <summary>The pod is bound, or will not be.</summary>
    internal void Forget(string podUid) => byPod.TryRemove(podUid, out _);

    /// <summary>No pod is in flight any more: another leads.</summary>
    internal void Clear() => byPod.Clear();

    /// <summary>The nodes' states with the places of other pods taken. Nodes without any are handed through.</summary>
    internal void Apply(string podUid, string[] names, Node?[] nodes)
    {
        foreach (var (uid, assumed) in byPod)
        {
            if (time.GetElapsedTime(assumed.Since) > Lifetime)
            {
                byPod.TryRemove(uid, out _);
            }
            else if (uid != podUid && Array.IndexOf(names, assumed.Node) is var place and >= 0 && nodes[place] is { } node)
            {
                nodes[place] = With(node, assumed.Placement);
            }
        }
    }

    private static Node With(Node node, NodePlacement placement)
    {
        foreach (var placed in placement.Slices)
        {
            // What has been taken for good since then is no longer to be assumed.
            if (node.FindGpu(placed.Gpu) is { } gpu && !gpu.Slices.Any(slice => !slice.IsFree && Collides(slice.Shape, placed.Shape)))
            {
                var destroyed = gpu.Slices.Where(slice => slice.IsFree && Collides(slice.Shape, placed.Shape)).Select(slice => slice.Shape).ToArray();
                node = node.With(gpu.With(new Slice(placed.Shape, placed.Resource, SliceHold.Reserved, null, placed.Mps), destroyed));
            }
        }

        return node;
    }

    private static bool Collides(SliceShape one, SliceShape other) => one == other || one.Mask.Overlaps(other.Mask);

    private sealed record Assumed(string Node, NodePlacement Placement, long Since);
}
