using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// Which nodes' specs keep slices for which pods, and whether that counts: until this server has decided about a pod, an owner written by a server
/// before it keeps the slice; from then on only this server's own reservation does, or a pod had two places. Not thread-safe, but for <see cref="NodesOf"/>.
/// </summary>
internal sealed class SliceOwners
{
    private readonly HashSet<string> decided = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> byNode = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string[]> byUid = new(StringComparer.Ordinal);

    internal bool IsDecided(string uid) => decided.Contains(uid);

    /// <summary>This server decides about the pod.</summary>
    /// <returns>The nodes whose specs keep slices for it, to be looked at anew.</returns>
    internal IReadOnlyList<string> Decide(string uid) => decided.Add(uid) ? NodesOf(uid) : [];

    /// <summary>The pod is bound, or will not be.</summary>
    internal void Forget(string uid) => decided.Remove(uid);

    /// <summary>Nothing has been decided yet.</summary>
    /// <returns>The nodes to be looked at anew.</returns>
    internal IReadOnlyList<string> ForgetAll()
    {
        var nodes = decided.SelectMany(NodesOf).ToArray();
        decided.Clear();
        return nodes;
    }

    /// <summary>The nodes whose specs keep slices for the pod. May be asked from any thread: every filter call does.</summary>
    internal IReadOnlyList<string> NodesOf(string uid) => byUid.TryGetValue(uid, out var nodes) ? nodes : [];

    /// <summary>Notes for whom a node's spec keeps slices now.</summary>
    internal void See(string node, GpuNodeDocument? gpuNode, DateTimeOffset now)
    {
        foreach (var uid in byNode.Remove(node, out var before) ? before : [])
        {
            Set(uid, [.. NodesOf(uid).Where(other => other != node)]);
        }

        var owners = (gpuNode?.Spec.Gpus ?? []).SelectMany(gpu => gpu.Slices).Where(slice => slice.For?.Until > now).Select(slice => slice.For!.Uid).Distinct().ToArray();
        if (owners.Length == 0)
        {
            return;
        }

        byNode[node] = owners;
        foreach (var uid in owners)
        {
            Set(uid, [.. NodesOf(uid), node]);
        }
    }

    /// <summary>
    /// Whether the spec keeps a slice for a pod that lives and is not here, and nobody has it: the pod gave it up, or has its place elsewhere. Or whether a
    /// slice that could not be made is still wanted for a pod that does not wait for it: the agent would try for ever. Other owners that are gone, or whose
    /// time is up, mislead nobody and go with the next write.
    /// </summary>
    internal static bool AnyLeft(Node node, GpuNodeDocument gpuNode, Func<string, PodRecord?> findPod, DateTimeOffset now) =>
        (gpuNode.Spec.Gpus ?? []).Any(listed => Array.Exists(listed.Slices, slice => slice.For is { } owner
            && node.FindGpu(listed.Index) is { } gpu
            && gpu.Slices.FirstOrDefault(held => held.Shape.IdOn(listed.Index) == slice.Id) is null or { IsFree: true }
            && ((owner.Until > now && findPod(owner.Uid) is { HasEnded: false } pod && pod.NodeName != node.Name) || HasFailed(gpuNode, listed.Index, slice.Id))));

    /// <summary>Whether the spec keeps one of the reservation's slices for another pod that waits.</summary>
    internal static bool AnyOther(GpuNodeDocument gpuNode, Reservation reservation, Func<string, PodRecord?> findPod, DateTimeOffset now) =>
        (gpuNode.Spec.Gpus ?? []).Any(listed => Array.Exists(listed.Slices, slice =>
            slice.For is { } owner && owner.Until > now && owner.Uid != reservation.Pod.Uid && findPod(owner.Uid) is { IsWaiting: true }
            && reservation.Placement.Slices.Any(placed => placed.Gpu == listed.Index && placed.Id == slice.Id)));

    private void Set(string uid, string[] nodes)
    {
        if (nodes.Length > 0)
        {
            byUid[uid] = nodes;
        }
        else
        {
            byUid.TryRemove(uid, out _);
        }
    }

    private static bool HasFailed(GpuNodeDocument gpuNode, int gpu, string id) => gpuNode.Status?.Gpus
        .FirstOrDefault(reported => reported.Index == gpu)?.Slices.Any(slice => slice.Id == id && slice.State == SliceStates.Failed) ?? false;
}
