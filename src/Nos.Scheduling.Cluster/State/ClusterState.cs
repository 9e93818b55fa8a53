using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// What is known of the cluster, and the one writer of its snapshot. Informers and reservations change it under one lock, in memory only;
/// decisions read <see cref="Current"/> and never lock.
/// </summary>
/// <param name="time">The clock of leases, reservations and back-offs.</param>
public sealed class ClusterState(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly ClusterRecords records = new(time);
    private readonly NamespaceIndex namespaces = new();
    private readonly NodeSignals signals = new();
    private volatile ClusterSnapshot current = ClusterSnapshot.Empty;
    private volatile SlicePrices? prices;

    /// <summary>The newest snapshot.</summary>
    public ClusterSnapshot Current => current;

    /// <summary>What the pods to come are thought to ask for, and so what free room is worth; <see langword="null"/> before anything was learned.</summary>
    public SlicePrices? Prices { get => prices; set => prices = value; }

    /// <summary>Called after each new snapshot, under the lock: must be quick and not call back. Set once, before the informers run.</summary>
    public Action<NodeChange>? Changed { get; set; }

    /// <summary>Called with all GpuNodes that are heard of, from whom ever, after they were taken over. Set once, before the informers run.</summary>
    public Action<IReadOnlyList<GpuNodeDocument>>? Heard { get; set; }

    /// <summary>Called with all pods that are heard of, after they were taken over. Set once, before the informers run.</summary>
    public Action<IReadOnlyList<PodDocument>>? PodsHeard { get; set; }

    /// <summary>Called with the records of pods that came or changed, after they were taken over. Set once, before the informers run.</summary>
    public Action<IReadOnlyList<PodRecord>>? PodsRecorded { get; set; }

    /// <summary>The namespace, or <see langword="null"/> where none of that name is known.</summary>
    public NamespaceDocument? FindNamespace(string name) => namespaces.Find(name);

    /// <summary>The pod, or <see langword="null"/> where none of that uid is known.</summary>
    public PodRecord? FindPod(string uid) => Read(() => records.Pods.Find(uid));

    /// <summary>The node's GpuNode as it was seen last, or <see langword="null"/>.</summary>
    public GpuNodeDocument? FindGpuNode(string node) => Read(() => records.GpuNodes.GetValueOrDefault(node));

    /// <summary>The node and its GpuNode as they were seen last; <see langword="null"/> where there is none.</summary>
    public (NodeDocument? Node, GpuNodeDocument? GpuNode) FindDocuments(string name) =>
        Read(() => (records.Nodes.GetValueOrDefault(name), records.GpuNodes.GetValueOrDefault(name)));

    /// <summary>The pods that are bound to the node and have not ended, and its GpuNode or <see langword="null"/>, at one moment.</summary>
    public (IReadOnlyList<PodRecord> Pods, GpuNodeDocument? GpuNode) FindBound(string node) =>
        Read<(IReadOnlyList<PodRecord>, GpuNodeDocument?)>(() => ([.. records.Pods.On(node)], records.GpuNodes.GetValueOrDefault(node)));

    /// <summary>All pods that have not ended, in no order.</summary>
    public IReadOnlyList<PodRecord> Pods() => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.All.Where(pod => !pod.HasEnded)]);

    /// <summary>All GpuNodes as they were seen last, in no order.</summary>
    public IReadOnlyList<GpuNodeDocument> GpuNodes() => Read(IReadOnlyList<GpuNodeDocument> () => [.. records.GpuNodes.Values]);

    /// <summary>Whether any pod waits for a node.</summary>
    public bool AnyPodWaits() => Read(() => records.Pods.All.Any(pod => pod.IsWaiting));

    /// <summary>Whether any pod waits for a slice.</summary>
    public bool AnySlicePodWaits() => Read(() => records.Pods.All.Any(pod => pod.IsWaiting && pod.Demand.AsksForSlices));

    /// <summary>The pods that wait and whose requests were never translated, in no order.</summary>
    public IReadOnlyList<PodRecord> NotAdmitted() => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.All.Where(pod => pod.IsNotAdmitted && pod.IsWaiting)]);

    /// <summary>What is reserved for the pod, or <see langword="null"/>. Takes no lock.</summary>
    public Reservation? FindReservation(string uid) => records.FindReservation(uid);

    /// <summary>The node that keeps slices for the pod, be it by its spec's word only, as after a restart; <see langword="null"/> where none does. Takes no lock.</summary>
    public string? KeptOn(string uid)
    {
        var cluster = current;
        return FindReservation(uid)?.Node ?? records.Owners.NodesOf(uid).FirstOrDefault(name => cluster.Find(name) is { } node && Keeps(node, uid));
    }

    /// <summary>Completes when anything about the node changes after this call.</summary>
    public Task NextChangeOf(string node) => signals.Next(node);

    /// <summary>An informer's nodes.</summary>
    public void Apply(InformerEvent<NodeDocument> change) => Write(() => records.Take(change));

    /// <summary>An informer's GpuNodes.</summary>
    public void Apply(InformerEvent<GpuNodeDocument> change)
    {
        Write(() => records.Take(change));
        Heard?.Invoke(change.Changed);
    }

    /// <summary>A GpuNode as a write or a read returned it, often before the informer sees it.</summary>
    public void Apply(GpuNodeDocument newest) => Apply(new InformerEvent<GpuNodeDocument>(false, [newest], []));

    /// <summary>An informer's agent leases, named like their nodes.</summary>
    public void Apply(InformerEvent<LeaseDocument> change) => Write(() => records.Take(change));

    /// <summary>An informer's pods.</summary>
    public void Apply(InformerEvent<PodDocument> change)
    {
        var changed = change.Changed.Select(PodRecords.Of).OfType<PodRecord>().ToArray();
        var deleted = change.Deleted.Select(pod => pod.Metadata.Uid ?? "").ToArray();
        Write(() => records.Take(changed, deleted, change.IsReplacement));
        PodsHeard?.Invoke(change.Changed);
        PodsRecorded?.Invoke(changed);
    }

    /// <summary>An informer's namespaces.</summary>
    public void Apply(InformerEvent<NamespaceDocument> change) => namespaces.Take(change);

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
            var obstacle = ObstacleOf(node, pod);
            var kept = records.FindReservation(pod.Uid) is { } known && known.Node == node ? known.Placement : RestoredPlacement.Of(current.Find(node), pod);
            if (kept is not null && obstacle is not (Misfit.None or Misfit.NodeNotManaged))
            {
                // It passes, and the slices will be there: the place stays until its time is up.
                return (null, obstacle);
            }

            if (kept is not null && obstacle == Misfit.None && Keep(new Reservation(pod, node, kept, until)) is { } renewed)
            {
                return (renewed, Misfit.None);
            }

            records.GiveUp(pod.Uid);
            Publish();
            var (placement, misfit) = BindJudge.Judge(current.Find(node), pod, policy, prices);
            return placement is null ? (null, misfit)
                : Keep(new Reservation(pod, node, placement, until)) is { } reservation ? (reservation, Misfit.None)
                : (null, Misfit.NoOpenPlacement);
        }
    }

    /// <summary>Keeps just that place for a pod that a plan has put there, if it is still to be had on the newest state; any earlier place is given up.</summary>
    /// <param name="uid">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="placement">Where the plan put its slices.</param>
    /// <param name="until">When the reservation ends if nothing comes of it.</param>
    /// <returns><see langword="null"/> where the place is gone, or the pod waits for none any more; nothing is kept for it then.</returns>
    public Reservation? ReservePlanned(string uid, string node, NodePlacement placement, DateTimeOffset until)
    {
        lock (gate)
        {
            // With a Binding on its way the pod has its place, whatever a plan says.
            if (records.Pods.Find(uid) is not { IsWaiting: true } pod || records.FindReservation(uid) is { IsPosted: true })
            {
                return null;
            }

            records.GiveUp(uid);
            Publish();
            return current.Find(node) is { Obstacle: Misfit.None } target && target.Room.Holds(pod.Demand.Room) && target.Others.FirstMissing(pod.Demand.Others) is null
                && PlacementTaking.Take(target, placement, pod.Demand, uid) is var (_, taken)
                    ? Keep(new Reservation(pod, node, taken, until))
                    : null;
        }
    }

    /// <summary>How things stand with a reservation.</summary>
    public ReservationLook Look(Reservation reservation) => Read(() => new ReservationLook(
        records.FindReservation(reservation.Pod.Uid) is { } now && now.Node == reservation.Node && ReferenceEquals(now.Placement, reservation.Placement),
        HasSlices(reservation),
        ObstacleOf(reservation.Node, reservation.Pod),
        current.Find(reservation.Node)?.ObstacleDetail,
        records.GpuNodes.GetValueOrDefault(reservation.Node)));

    /// <summary>
    /// Whether the spec says of one of the slices that it is kept for another pod, which still waits: it has its place elsewhere, and only this server
    /// knows. The one after it would believe the spec.
    /// </summary>
    public bool KeepsForAnother(Reservation reservation) => Read(() => records.GpuNodes.GetValueOrDefault(reservation.Node) is { } gpuNode
        && SliceOwners.AnyOther(gpuNode, reservation, records.Pods.Find, time.GetUtcNow()));

    /// <summary>Gives a pod's place up.</summary>
    public void Release(string uid) => Write(() => records.GiveUp(uid));

    /// <summary>To be asked right before a Binding is sent. From then on the place is given up only when the pod is seen bound or gone, or by <see cref="TakeBack"/>.</summary>
    /// <param name="reservation">As <see cref="Reserve"/> gave it.</param>
    /// <param name="until">By when the informer will have told what became of the pod.</param>
    /// <returns>Whether the place still is the pod's. If not, its time ran out meanwhile, or it was given up, and another may have it.</returns>
    public bool TryPost(Reservation reservation, DateTimeOffset until) => Read(() => records.TryPost(reservation, until));

    /// <summary>The Binding was sent in vain, the pod still waits: its place is kept until then, and may be given up.</summary>
    public void TakeBack(string uid, DateTimeOffset until) => Write(() => records.TakeBack(uid, until));

    /// <summary>Whether another server decides, too.</summary>
    public bool IsContested => Read(() => records.IsContested);

    /// <summary>Another server decides, too, or does no more: then every place is written into the spec before a pod is bound to it.</summary>
    public void Contest(bool isContested) => Write(() => records.Contest(isContested));

    /// <summary>Drops the places that only this process knows of, and what it decided. A leader's term begins from what the API says.</summary>
    public void Forget() => Write(records.Forget);

    /// <summary>A cut failed on the node, or was too slow: nothing is offered there for a while, which grows; after a slow one no longer than until the agent has caught up.</summary>
    public NodeRest Rest(string node, bool isSlow) => Write(() => records.Rest(node, isSlow));

    /// <summary>A cut succeeded on the node: it rests no more, and what failed before is forgotten.</summary>
    public void EndRest(string node) => Write(() => records.EndRest(node));

    /// <summary>Lets time pass: leases, reservations and back-offs that have run out are noticed. To be called about once a second.</summary>
    public void Tick() => Write(records.Expire);

    /// <summary>What the node's GpuNode spec should say now; <see langword="null"/> where there is no GpuNode that the agent has reported to.</summary>
    /// <param name="node">The node.</param>
    /// <param name="ownerTtl">How long slices that are reserved from now on wait for their pods.</param>
    public (GpuNodeDocument Current, GpuSpec[] Wanted)? SpecOf(string node, TimeSpan ownerTtl) =>
        Read<(GpuNodeDocument, GpuSpec[])?>(() => records.GpuNodes.GetValueOrDefault(node) is { Status: not null } gpuNode && current.Find(node) is { } assembled
            ? (gpuNode, GpuNodeSpecs.Of(assembled, gpuNode, IsLabelled(node), new OwnerRules(records.Lives, time.GetUtcNow(), ownerTtl)))
            : null);

    /// <summary>Whether the node's spec still keeps slices for pods that have given them up: a server after this one would believe it.</summary>
    public bool NamesOwnersThatLeft(string node) => Read(() => records.GpuNodes.GetValueOrDefault(node) is { } gpuNode && current.Find(node) is { } assembled
        && SliceOwners.AnyLeft(assembled, gpuNode, records.Pods.Find, time.GetUtcNow()));

    /// <summary>Why nothing may be bound there now. A node that rests because of this very pod's cut still keeps its place. A pod without slices is the scheduler's alone to judge.</summary>
    private Misfit ObstacleOf(string name, PodRecord pod) =>
        !pod.Demand.AsksForSlices ? Misfit.None
        : current.Find(name)?.Obstacle is not { } obstacle ? Misfit.NodeNotManaged
        : obstacle == Misfit.PartitioningBackoff ? Misfit.None
        : obstacle;

    private bool IsLabelled(string node) => PartitioningLabel.ModeOf(records.Nodes.GetValueOrDefault(node)) is not null;

    private bool HasSlices(Reservation reservation)
    {
        var node = current.Find(reservation.Node);
        return reservation.Placement.Slices.All(placed => node?.FindGpu(placed.Gpu)?.Slices
            .Any(slice => slice.Shape == placed.Shape && slice.Hold == SliceHold.Reserved && slice.OwnerUid == reservation.Pod.Uid) ?? false);
    }

    /// <summary>Enters the reservation and sees whether the node really has all its slices for the pod; if not, takes it out again.</summary>
    private Reservation? Keep(Reservation reservation)
    {
        records.Put(reservation);
        Publish();
        if (HasSlices(reservation))
        {
            return reservation;
        }

        records.GiveUp(reservation.Pod.Uid);
        Publish();
        return null;
    }

    private static bool Keeps(Node node, string uid) => node.Gpus.Any(gpu => gpu.Slices.Any(slice => slice.Hold == SliceHold.Reserved && slice.OwnerUid == uid));

    private T Read<T>(Func<T> read)
    {
        lock (gate)
        {
            return read();
        }
    }

    private void Write(Action write) => Write(() => { write(); return true; });

    private T Write<T>(Func<T> write)
    {
        lock (gate)
        {
            var result = write();
            Publish();
            return result;
        }
    }

    private void Publish()
    {
        if (records.Dirty.Count == 0)
        {
            return;
        }

        var (before, touched) = (current, records.Dirty.ToArray());
        records.Dirty.Clear();
        var after = SnapshotBuilder.Replace(before, touched, records.Assemble);
        current = after;
        foreach (var name in touched)
        {
            Changed?.Invoke(new NodeChange(before.Find(name), after.Find(name), name));
            signals.Fire(name);
        }
    }
}
