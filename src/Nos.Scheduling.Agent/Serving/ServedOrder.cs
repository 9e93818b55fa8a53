using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>Keeps what is asked of this node, out of its Node and its GpuNode, in whichever order they come.</summary>
/// <param name="time">The clock.</param>
/// <param name="names">Notices other plugins; <see langword="null"/>: nobody looks for them.</param>
internal sealed class ServedOrder(TimeProvider time, NameWatch? names = null)
{
    private readonly Lock gate = new();
    private NodeDocument? node;
    private GpuNodeDocument? gpuNode;
    private NodeTrouble? own;
    private NodeOrder order = new(0, null, null, null);
    private bool isDraOwned;

    /// <summary>The newest; the same instance while nothing has changed.</summary>
    public NodeOrder Current => Volatile.Read(ref order);

    /// <summary>Follows the node object; <see langword="null"/> where it is gone: then nothing is touched.</summary>
    /// <returns>Whether something else is asked than before.</returns>
    public bool See(NodeDocument? document)
    {
        lock (gate)
        {
            node = document;
            return RenewNeedsLock();
        }
    }

    /// <summary>Follows the GpuNode; <see langword="null"/> where there is none.</summary>
    /// <returns>Whether something else is asked than before.</returns>
    public bool See(GpuNodeDocument? document)
    {
        lock (gate)
        {
            gpuNode = document is null ? null : document with { Status = null };
            return RenewNeedsLock();
        }
    }

    /// <summary>Follows what this agent itself finds wrong with the node; <see langword="null"/>: nothing.</summary>
    /// <returns>Whether something else is asked than before.</returns>
    public bool See(NodeTrouble? trouble)
    {
        lock (gate)
        {
            own = trouble;
            return RenewNeedsLock();
        }
    }

    /// <summary>Follows whether NVIDIA's DRA driver owns the GPUs.</summary>
    /// <returns>Whether something else is asked than before.</returns>
    public bool See(bool ownedByDra)
    {
        lock (gate)
        {
            isDraOwned = ownedByDra;
            return RenewNeedsLock();
        }
    }

    /// <summary>Looks again: some of it is a matter of time.</summary>
    /// <returns>Whether something else is asked than before.</returns>
    public bool Look()
    {
        lock (gate)
        {
            return RenewNeedsLock();
        }
    }

    private bool RenewNeedsLock()
    {
        var label = node?.Metadata.Label(NosKeys.GpuPartitioning);
        var mode = label switch { "mig" => PartitioningMode.Mig, "mps" => PartitioningMode.Mps, _ => (PartitioningMode?)null };
        var trouble = label is null ? null
            : mode is null ? new NodeTrouble("PartitioningLabelInvalid", $"The node's label {NosKeys.GpuPartitioning} is '{label}'; write mig or mps.")
            : SharedOtherwise(node!) ?? (isDraOwned ? DraOwned : null) ?? names?.See(node) ?? own;

        // A GpuNode of an earlier node of this name asks nothing; the server replaces it.
        var asked = node is not null && gpuNode?.IsOf(node) == true ? gpuNode : null;
        var generation = asked?.Metadata.Generation ?? 0;
        var isSame = asked is not null && order.Spec is not null && asked.Metadata.Uid == order.GpuNodeUid && generation == order.Generation;
        var next = new NodeOrder(generation, isSame ? order.Spec : asked?.Spec, mode, trouble)
        {
            GpuNodeUid = asked?.Metadata.Uid,
            UnlabelledSince = mode is null && (order.Mode is not null || order.UnlabelledSince == default) ? time.GetUtcNow() : order.UnlabelledSince,
        };
        if (next == order)
        {
            return false;
        }

        Volatile.Write(ref order, next);
        return true;
    }

    private static NodeTrouble DraOwned { get; } = new(
        Misfit.DraOwned.Name(),
        $"NVIDIA's DRA driver gives the GPUs of this node away (ResourceSlices of {DraWatch.Driver}); keep its kubelet plugin off this node, or take the label {NosKeys.GpuPartitioning} off.");

    private static NodeTrouble? SharedOtherwise(NodeDocument node) => OtherSharing.Of(node) is var (obstacle, detail)
        ? new NodeTrouble(obstacle.Name(), $"{char.ToUpperInvariant(detail[0])}{detail[1..]}.")
        : null;
}
