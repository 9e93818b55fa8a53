using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// What is known of the cluster, and the one writer of its snapshot. Informers and reservations change it under one lock, in memory only;
/// decisions read <see cref="Current"/> and never lock.
/// </summary>
public sealed class ClusterState
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly Dictionary<string, NodeDocument> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GpuNodeDocument> gpuNodes = new(StringComparer.Ordinal);
    private readonly PodIndex pods = new();
    private readonly LeaseClock leases;
    private readonly Dictionary<string, Reservation> reservations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> backoffs = new(StringComparer.Ordinal);
    private readonly GpuModels models = new();
    private readonly HashSet<string> dirty = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, NamespaceDocument> namespaces = new(StringComparer.Ordinal);
    private readonly NodeSignals signals = new();
    private volatile ClusterSnapshot current = ClusterSnapshot.Empty;
    private DateTimeOffset lastTick;

    /// <summary>Knows nothing yet.</summary>
    /// <param name="time">The clock of leases, reservations and back-offs.</param>
    public ClusterState(TimeProvider time) => (this.time, leases) = (time, new LeaseClock(time));

    /// <summary>The newest snapshot.</summary>
    public ClusterSnapshot Current => current;

    /// <summary>Called after each new snapshot, under the lock: must be quick and not call back. Set once, before the informers run.</summary>
    public Action<NodeChange>? Changed { get; set; }

    /// <summary>The namespace, or <see langword="null"/> where none of that name is known.</summary>
    public NamespaceDocument? FindNamespace(string name) => namespaces.GetValueOrDefault(name);

    /// <summary>The pod, or <see langword="null"/> where none of that uid is known.</summary>
    public PodRecord? FindPod(string uid)
    {
        lock (gate)
        {
            return pods.Find(uid);
        }
    }

    /// <summary>The node's GpuNode as it was seen last, or <see langword="null"/>.</summary>
    public GpuNodeDocument? FindGpuNode(string node)
    {
        lock (gate)
        {
            return gpuNodes.GetValueOrDefault(node);
        }
    }

    /// <summary>The node and its GpuNode as they were seen last; <see langword="null"/> where there is none.</summary>
    public (NodeDocument? Node, GpuNodeDocument? GpuNode) FindDocuments(string name)
    {
        lock (gate)
        {
            return (nodes.GetValueOrDefault(name), gpuNodes.GetValueOrDefault(name));
        }
    }

    /// <summary>All pods that have not ended, in no order.</summary>
    public IReadOnlyList<PodRecord> Pods()
    {
        lock (gate)
        {
            return [.. pods.All.Where(pod => !pod.HasEnded)];
        }
    }

    /// <summary>All nodes, and all GpuNodes, as they were seen last; in no order.</summary>
    public (IReadOnlyList<NodeDocument> Nodes, IReadOnlyList<GpuNodeDocument> GpuNodes) Documents()
    {
        lock (gate)
        {
            return ([.. nodes.Values], [.. gpuNodes.Values]);
        }
    }

    /// <summary>Whether any pod waits for a slice that one of these schedulers should give it.</summary>
    public bool AnySlicePodWaits()
    {
        lock (gate)
        {
            return pods.All.Any(pod => pod.IsWaiting && pod.Demand.AsksForSlices);
        }
    }

    /// <summary>What is reserved for the pod, or <see langword="null"/>.</summary>
    public Reservation? FindReservation(string uid)
    {
        lock (gate)
        {
            return reservations.GetValueOrDefault(uid);
        }
    }

    /// <summary>Completes when anything about the node changes after this call.</summary>
    public Task NextChangeOf(string node) => signals.Next(node);

    /// <summary>An informer's nodes.</summary>
    public void Apply(InformerEvent<NodeDocument> change) => Apply(change, nodes, node => node.Metadata.Name);

    /// <summary>An informer's GpuNodes.</summary>
    public void Apply(InformerEvent<GpuNodeDocument> change) => Apply(change, gpuNodes, node => node.Metadata.Name);

    /// <summary>A GpuNode as a write or a read returned it, often before the informer sees it.</summary>
    public void Apply(GpuNodeDocument newest) => Apply(new InformerEvent<GpuNodeDocument>(false, [newest], []));

    /// <summary>An informer's namespaces.</summary>
    public void Apply(InformerEvent<NamespaceDocument> change)
    {
        var known = change.IsReplacement ? namespaces.Keys.Except(change.Changed.Select(item => item.Metadata.Name)) : change.Deleted.Select(item => item.Metadata.Name);
        foreach (var name in known.ToArray())
        {
            namespaces.TryRemove(name, out _);
        }

        foreach (var item in change.Changed)
        {
            namespaces[item.Metadata.Name] = item;
        }
    }

    /// <summary>An informer's agent leases, named like their nodes.</summary>
    public void Apply(InformerEvent<LeaseDocument> change)
    {
        lock (gate)
        {
            foreach (var lease in change.Deleted)
            {
                leases.Forget(lease.Metadata.Name);
                dirty.Add(lease.Metadata.Name);
            }

            foreach (var lease in change.Changed)
            {
                var wasAlive = leases.IsAlive(lease.Metadata.Name);
                leases.See(lease);
                if (!wasAlive)
                {
                    dirty.Add(lease.Metadata.Name);
                }
            }

            Publish();
        }
    }

    /// <summary>An informer's pods.</summary>
    public void Apply(InformerEvent<PodDocument> change)
    {
        var records = change.Changed.Select(PodRecords.Of).OfType<PodRecord>().ToArray();
        lock (gate)
        {
            var listed = change.IsReplacement ? records.Select(record => record.Uid).ToHashSet(StringComparer.Ordinal) : null;
            var gone = listed is null
                ? change.Deleted.Select(pod => pod.Metadata.Uid ?? "")
                : pods.All.Where(pod => !listed.Contains(pod.Uid)).Select(pod => pod.Uid);
            foreach (var uid in gone.ToArray())
            {
                Touch(pods.Remove(uid));
                EndReservation(uid);
            }

            foreach (var record in records)
            {
                Touch(pods.Put(record));
                Touch(record);
                if (record.NodeName is not null || record.HasEnded)
                {
                    EndReservation(record.Uid);
                }
            }

            Publish();
        }
    }

    /// <summary>Judges the pod on the newest state and keeps its place, in one step that no other bind can come between.</summary>
    /// <param name="pod">The pod; of the newest state where it is known there.</param>
    /// <param name="node">The node.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="until">When the reservation ends if nothing comes of it.</param>
    /// <returns>The reservation: a pod has at most one, the same node's is renewed, another node's is given up. Or why not.</returns>
    public (Reservation? Reservation, Misfit Misfit) Reserve(PodRecord pod, string node, PlacementPolicy policy, DateTimeOffset until)
    {
        lock (gate)
        {
            var kept = reservations.GetValueOrDefault(pod.Uid) is { } known && known.Node == node ? known.Placement : RestoredPlacement.Of(current.Find(node), pod);
            if (kept is not null && CanKeep(current.Find(node)) && Keep(new Reservation(pod, node, kept, until)) is { } renewed)
            {
                return (renewed, Misfit.None);
            }

            EndReservation(pod.Uid);
            Publish();
            var (placement, misfit) = BindJudge.Judge(current.Find(node), pod, policy);
            return placement is null ? (null, misfit)
                : Keep(new Reservation(pod, node, placement, until)) is { } reservation ? (reservation, Misfit.None)
                : (null, Misfit.NoOpenPlacement);
        }
    }

    /// <summary>Gives a pod's place up.</summary>
    public void Release(string uid)
    {
        lock (gate)
        {
            EndReservation(uid);
            Publish();
        }
    }

    /// <summary>A cut failed on the node: nothing is offered there until then.</summary>
    public void BackOff(string node, DateTimeOffset until)
    {
        lock (gate)
        {
            backoffs[node] = until;
            dirty.Add(node);
            Publish();
        }
    }

    /// <summary>What the node's GpuNode spec should say now; <see langword="null"/> where there is no GpuNode that the agent has reported to.</summary>
    /// <param name="node">The node.</param>
    /// <param name="until">How long slices that are reserved from now on wait for their pods.</param>
    public (GpuNodeDocument Current, GpuSpec[] Wanted)? SpecOf(string node, DateTimeOffset until)
    {
        lock (gate)
        {
            return gpuNodes.GetValueOrDefault(node) is { Status: not null } gpuNode && current.Find(node) is { } assembled
                ? (gpuNode, GpuNodeSpecs.Of(assembled, gpuNode, uid => pods.Find(uid) is { HasEnded: false }, until))
                : null;
        }
    }

    /// <summary>Lets time pass: leases, reservations and back-offs that have run out are noticed. To be called about once a second.</summary>
    public void Tick()
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            foreach (var expired in reservations.Values.Where(reservation => reservation.Until <= now).ToArray())
            {
                EndReservation(expired.Pod.Uid);
            }

            foreach (var node in backoffs.Where(backoff => backoff.Value <= now).Select(backoff => backoff.Key).ToArray())
            {
                backoffs.Remove(node);
                dirty.Add(node);
            }

            dirty.UnionWith(leases.NewlyExpired());
            dirty.UnionWith(gpuNodes.Where(gpuNode => OwnerExpired(gpuNode.Value, lastTick, now)).Select(gpuNode => gpuNode.Key));
            lastTick = now;
            Publish();
        }
    }

    private static bool OwnerExpired(GpuNodeDocument gpuNode, DateTimeOffset after, DateTimeOffset until) =>
        Array.Exists(gpuNode.Spec.Gpus ?? [], gpu => Array.Exists(gpu.Slices, slice => slice.For is { } owner && owner.Until > after && owner.Until <= until));

    /// <summary>A node that rests because of this very pod's cut still keeps its place; one that is not there for anybody does not.</summary>
    private static bool CanKeep(Node? node) => node?.Obstacle is Misfit.None or Misfit.PartitioningBackoff;

    /// <summary>Enters the reservation and sees whether the node really has all its slices for the pod; if not, takes it out again.</summary>
    private Reservation? Keep(Reservation reservation)
    {
        EndReservation(reservation.Pod.Uid);
        reservations[reservation.Pod.Uid] = reservation;
        dirty.Add(reservation.Node);
        Publish();

        var node = current.Find(reservation.Node);
        var holds = reservation.Placement.Slices.All(placed => node?.FindGpu(placed.Gpu)?.Slices
            .Any(slice => slice.Shape == placed.Shape && slice.Hold == SliceHold.Reserved && slice.OwnerUid == reservation.Pod.Uid) ?? false);
        if (!holds)
        {
            EndReservation(reservation.Pod.Uid);
            Publish();
        }

        return holds ? reservation : null;
    }

    private void EndReservation(string uid)
    {
        if (reservations.Remove(uid, out var ended))
        {
            dirty.Add(ended.Node);
        }
    }

    private void Touch(PodRecord? pod)
    {
        if (pod?.NodeName is { } node)
        {
            dirty.Add(node);
        }
    }

    private void Apply<T>(InformerEvent<T> change, Dictionary<string, T> known, Func<T, string> nameOf)
        where T : class, IKubeDocument
    {
        lock (gate)
        {
            var listed = change.IsReplacement ? change.Changed.Select(nameOf).ToHashSet(StringComparer.Ordinal) : null;
            var gone = listed is null ? change.Deleted.Select(nameOf) : known.Keys.Where(name => !listed.Contains(name));
            foreach (var name in gone.ToArray())
            {
                known.Remove(name);
                dirty.Add(name);
            }

            foreach (var item in change.Changed)
            {
                // A write's answer may have overtaken the watch: what is older than what is known is old news.
                if (listed is null && known.TryGetValue(nameOf(item), out var newest) && newest.Metadata.Uid == item.Metadata.Uid
                    && ResourceVersions.IsOlder(item.Metadata.ResourceVersion, newest.Metadata.ResourceVersion))
                {
                    continue;
                }

                known[nameOf(item)] = item;
                dirty.Add(nameOf(item));
            }

            Publish();
        }
    }

    private void Publish()
    {
        if (dirty.Count == 0)
        {
            return;
        }

        var before = current;
        var after = SnapshotBuilder.Replace(before, dirty, Assemble);
        current = after;
        var touched = dirty.ToArray();
        dirty.Clear();
        foreach (var name in touched)
        {
            Changed?.Invoke(new NodeChange(before.Find(name), after.Find(name), name));
            signals.Fire(name);
        }
    }

    private Node? Assemble(string name)
    {
        var node = nodes.GetValueOrDefault(name);
        var gpuNode = gpuNodes.GetValueOrDefault(name);
        if (node is null && gpuNode is null)
        {
            return null;
        }

        var facts = new NodeFacts(
            name, node, gpuNode, pods.On(name), [.. reservations.Values.Where(reservation => reservation.Node == name)],
            leases.IsAlive(name), backoffs.ContainsKey(name), pods.Find, time.GetUtcNow());
        return NodeAssembler.Assemble(facts, models);
    }
}
