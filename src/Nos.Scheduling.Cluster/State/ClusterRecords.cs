using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>All that is known of the cluster, and which nodes have to be looked at anew because of it. Not thread-safe: <see cref="ClusterState"/> guards it.</summary>
internal sealed class ClusterRecords(TimeProvider time, long gpuMemoryPerGpu)
{
    private readonly LeaseClock leases = new(time);
    private readonly GpuModels models = new();
    private readonly ConcurrentDictionary<string, Reservation> reservations = new(StringComparer.Ordinal);
    private readonly NodeRests rests = new(time);
    private readonly GonePods gone = new(time);
    private DateTimeOffset lastExpiry;

    /// <summary>The nodes as they were seen last.</summary>
    internal Dictionary<string, NodeDocument> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>The GpuNodes as they were seen last.</summary>
    internal Dictionary<string, GpuNodeDocument> GpuNodes { get; } = new(StringComparer.Ordinal);

    /// <summary>The pods.</summary>
    internal PodIndex Pods { get; } = new();

    /// <summary>What pods use, and the quotas over it.</summary>
    internal QuotaBook Quotas { get; } = new(gpuMemoryPerGpu);

    /// <summary>The room that others make way for.</summary>
    internal ClaimIndex Claims { get; } = new();

    /// <summary>Namespaces in which pods came, changed or went since it was looked at last.</summary>
    internal HashSet<string> TouchedSpaces { get; } = new(StringComparer.Ordinal);

    /// <summary>For whom the specs keep slices.</summary>
    internal SliceOwners Owners { get; } = new();

    /// <summary>Names of nodes about which something changed since they were assembled.</summary>
    internal HashSet<string> Dirty { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether another server decides, too: then the owners in specs, which are written by compare-and-swap, are all that both go by.</summary>
    internal bool IsContested { get; private set; }

    /// <summary>What is reserved for the pod. Alone among all here it may be asked without the guard: every filter call does.</summary>
    internal Reservation? FindReservation(string uid) => reservations.GetValueOrDefault(uid);

    /// <summary>Takes an informer's nodes over.</summary>
    internal void Take(InformerEvent<NodeDocument> change)
    {
        foreach (var (name, _, now) in DocumentChanges.Apply(change, Nodes))
        {
            Dirty.Add(name);
            _ = now is null && rests.Forget(name);
        }
    }

    /// <summary>Takes an informer's GpuNodes over. Places on one that is gone, or another one by now, are places no more.</summary>
    internal void Take(InformerEvent<GpuNodeDocument> change)
    {
        foreach (var (name, before, now) in DocumentChanges.Apply(change, GpuNodes))
        {
            Dirty.Add(name);
            rests.See(name, now);
            if (before is not null && before.Metadata.Uid != now?.Metadata.Uid)
            {
                foreach (var reservation in On(name).Where(reservation => !reservation.IsPosted && reservation.Placement.Slices.Count > 0))
                {
                    GiveUp(reservation.Pod.Uid);
                }
            }
        }
    }

    /// <summary>Takes the agents' leases over.</summary>
    internal void Take(InformerEvent<LeaseDocument> change)
    {
        foreach (var lease in change.Deleted)
        {
            leases.Forget(lease.Metadata.Name);
            Dirty.Add(lease.Metadata.Name);
        }

        foreach (var lease in change.Changed)
        {
            var wasAlive = leases.IsAlive(lease.Metadata.Name);
            leases.See(lease);
            if (!wasAlive)
            {
                Dirty.Add(lease.Metadata.Name);
            }
        }
    }

    /// <summary>Takes pods over. One that is seen bound, ended or gone needs its reservation no more: its promise or nothing stands in for it.</summary>
    internal void Take(IReadOnlyList<PodRecord> changed, IReadOnlyList<string> deleted, bool isReplacement)
    {
        if (!isReplacement)
        {
            Take(changed, deleted);
            return;
        }

        var listed = changed.Select(record => record.Uid).ToHashSet(StringComparer.Ordinal);
        var removed = Pods.All.Where(pod => !listed.Contains(pod.Uid)).Select(pod => pod.Uid).ToArray();
        Quotas.CountMany(() => Take(changed, removed));
    }

    private void Take(IReadOnlyList<PodRecord> changed, IReadOnlyList<string> removed)
    {
        foreach (var uid in removed)
        {
            gone.Add(uid);
            Touch(Pods.Remove(uid));
            EndReservation(uid);
            SetClaim(uid, null);
            Owners.Forget(uid);
            Dirty.UnionWith(Owners.NodesOf(uid));
        }

        foreach (var record in changed)
        {
            Touch(Pods.Put(record));
            Touch(record);
            Dirty.UnionWith(Owners.NodesOf(record.Uid));
            if (record.NodeName is not null || record.HasEnded)
            {
                EndReservation(record.Uid);
                Owners.Forget(record.Uid);
                Dirty.UnionWith(Claims.Set(record.Uid, null));
            }

            Count(record.Uid);
        }
    }

    internal void Put(Reservation reservation)
    {
        GiveUp(reservation.Pod.Uid);
        reservations[reservation.Pod.Uid] = reservation;
        Count(reservation.Pod.Uid);
        Dirty.Add(reservation.Node);
        TouchClaimOf(reservation.Pod.Uid);
    }

    /// <summary>Notes that a Binding for it is on its way.</summary>
    /// <returns>Whether it still is what is kept for the pod; if not, nothing is noted.</returns>
    internal bool TryPost(Reservation reservation, DateTimeOffset until) =>
        reservations.TryUpdate(reservation.Pod.Uid, reservation with { IsPosted = true, Until = until }, reservation);

    /// <summary>The Binding came to nothing: the place is kept as before.</summary>
    internal void TakeBack(string uid, DateTimeOffset until)
    {
        if (FindReservation(uid) is { IsPosted: true } posted)
        {
            reservations[uid] = posted with { IsPosted = false, Until = until };
        }
    }

    /// <summary>This server keeps no place for the pod, whatever a spec says.</summary>
    internal void GiveUp(string uid)
    {
        EndReservation(uid);
        Dirty.UnionWith(Owners.Decide(uid));
    }

    private void EndReservation(string uid)
    {
        if (reservations.TryRemove(uid, out var ended))
        {
            Dirty.Add(ended.Node);
            Count(uid);
            TouchClaimOf(uid);
        }
    }

    private void TouchClaimOf(string uid)
    {
        if (Claims.Find(uid) is { IsRest: false } claim)
        {
            Dirty.Add(claim.Node);
        }
    }

    /// <summary>Sets or, with <see langword="null"/>, takes away a pod's claim. One that does not wait claims nothing.</summary>
    internal void SetClaim(string uid, ReclaimClaim? claim)
    {
        Dirty.UnionWith(Claims.Set(uid, Pods.Find(uid) is { IsWaiting: true } ? claim : null));
        Count(uid);
    }

    /// <summary>A pod counts from when others make way for it, or from its reservation, until it ends, without a gap between the two.</summary>
    private void Count(string uid)
    {
        var pod = Pods.Find(uid);
        Quotas.Count(uid, pod is { NodeName: not null, HasEnded: false } ? pod
            : FindReservation(uid)?.Pod ?? (Claims.Find(uid) is { IsRest: false } && pod is { IsWaiting: true } ? pod : null));
    }

    /// <summary>A cut failed on the node, or the agent has not come to it: nothing is offered there for a while.</summary>
    internal NodeRest Rest(string node, bool isSlow)
    {
        Dirty.Add(node);
        return rests.Fail(node, isSlow ? GpuNodes.GetValueOrDefault(node)?.Metadata.Generation : null);
    }

    /// <summary>A cut succeeded on the node.</summary>
    internal void EndRest(string node)
    {
        if (rests.Forget(node))
        {
            Dirty.Add(node);
        }
    }

    /// <summary>Another server decides, too, or does no more.</summary>
    internal void Contest(bool isContested)
    {
        if (IsContested != isContested)
        {
            IsContested = isContested;
            Dirty.UnionWith(GpuNodes.Keys);
        }
    }

    /// <summary>Drops the places that only this process knows of, and what it decided, so that what the API says is all there is.</summary>
    internal void Forget()
    {
        foreach (var uid in reservations.Keys.ToArray())
        {
            EndReservation(uid);
        }

        Dirty.UnionWith(Owners.ForgetAll());
        foreach (var (uid, _) in Claims.All.ToArray())
        {
            SetClaim(uid, null);
        }

        Contest(false);
    }

    /// <summary>Whether the pod of that uid exists and has not ended, or, where another server decides, too, may only not have been told of yet.</summary>
    internal bool Lives(string uid) => Pods.Find(uid) is { } pod ? !pod.HasEnded : IsContested && !gone.Contains(uid);

    /// <summary>Lets go of reservations, rests, leases and owners of slices whose time is up.</summary>
    internal void Expire()
    {
        var now = time.GetUtcNow();
        foreach (var expired in reservations.Values.Where(reservation => reservation.Until <= now).ToArray())
        {
            EndReservation(expired.Pod.Uid);
        }

        Dirty.UnionWith(rests.NewlyEnded());
        gone.Expire();
        Dirty.UnionWith(leases.NewlyExpired());
        Dirty.UnionWith(GpuNodes.Where(gpuNode => OwnerExpired(gpuNode.Value, lastExpiry, now)).Select(gpuNode => gpuNode.Key));
        lastExpiry = now;
    }

    /// <summary>The node as decisions see it; <see langword="null"/> where neither it nor its GpuNode is known.</summary>
    /// <param name="name">The node.</param>
    /// <param name="withoutClaimOf">A pod whose claim is to be passed over; <see langword="null"/> for none.</param>
    internal Node? Assemble(string name, string? withoutClaimOf = null)
    {
        var node = Nodes.GetValueOrDefault(name);
        var gpuNode = GpuNodes.GetValueOrDefault(name);
        Owners.See(name, gpuNode, time.GetUtcNow());
        return node is null && gpuNode is null ? null : NodeAssembler.Assemble(
            new NodeFacts(
                name, node, gpuNode, Pods.On(name), On(name), leases.IsAlive(name), rests.Find(name), Pods.Find, time.GetUtcNow())
            { IsDecided = Owners.IsDecided, IsGone = gone.Contains, IsContested = IsContested, Claims = ClaimsOn(name, withoutClaimOf) },
            models);
    }

    /// <summary>What is claimed on the node for pods that have no reservation yet: that takes the claim's place.</summary>
    private ClaimedRoom[] ClaimsOn(string node, string? without) =>
    [
        .. Claims.On(node).Where(claim => claim.Uid != without && FindReservation(claim.Uid) is null)
            .Select(claim => Pods.Find(claim.Uid) is { IsWaiting: true } pod ? new ClaimedRoom(pod, PromisedSlice.ReadAll(claim.Claim.Room)) : null)
            .OfType<ClaimedRoom>(),
    ];

    private Reservation[] On(string node) => [.. reservations.Values.Where(reservation => reservation.Node == node)];

    private static bool OwnerExpired(GpuNodeDocument gpuNode, DateTimeOffset after, DateTimeOffset until) =>
        Array.Exists(gpuNode.Spec.Gpus ?? [], gpu => Array.Exists(gpu.Slices, slice => slice.For is { } owner && owner.Until > after && owner.Until <= until));

    private void Touch(PodRecord? pod)
    {
        if (pod?.NodeName is { } node)
        {
            Dirty.Add(node);
            TouchedSpaces.Add(pod.Namespace);
        }
    }
}
