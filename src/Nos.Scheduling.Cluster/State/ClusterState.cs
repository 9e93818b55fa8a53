using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Pricing;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// What is known of the cluster, and the one writer of its snapshot. Informers and reservations change it under one lock, in memory only;
/// decisions read <see cref="Current"/> and never lock.
/// </summary>
/// <param name="time">The clock of leases, reservations and back-offs.</param>
/// <param name="gpuMemoryPerGpu">Unit: GB that one <c>nvidia.com/gpu</c> counts in quotas.</param>
public sealed partial class ClusterState(TimeProvider time, long gpuMemoryPerGpu = 32)
{
    private readonly Lock gate = new();
    private readonly ClusterRecords records = new(time, gpuMemoryPerGpu);
    private readonly NamespaceIndex namespaces = new();
    private readonly NodeSignals signals = new();
    private volatile ClusterSnapshot current = ClusterSnapshot.Empty;
    private volatile QuotaLedger ledger = QuotaLedger.Empty;
    private volatile SlicePrices? prices;

    /// <summary>The newest snapshot.</summary>
    public ClusterSnapshot Current => current;

    /// <summary>The quotas, and what is used of them by bound pods and those on their way.</summary>
    public QuotaLedger Ledger => ledger;

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

    /// <summary>
    /// Called with the namespaces in which bound pods, or which themselves, came, changed or went, after they were taken over. Maybe under the lock: must be
    /// quick and not call back. Set once, before the informers run.
    /// </summary>
    public Action<IReadOnlyCollection<string>>? NamespacesTouched { get; set; }

    /// <summary>The namespace, or <see langword="null"/> where none of that name is known.</summary>
    public NamespaceDocument? FindNamespace(string name) => namespaces.Find(name);

    /// <summary>The names of all namespaces, in no order. Takes no lock.</summary>
    public IReadOnlyCollection<string> Namespaces() => namespaces.Names;

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

    /// <summary>The pods of the namespace that are bound and have not ended, in no order.</summary>
    public IReadOnlyList<PodRecord> BoundIn(string ns) => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.BoundIn(ns)]);

    /// <summary>What the pod asks for, in the units of quotas.</summary>
    public ResourceAmounts RequestOf(PodRecord pod) => QuotaRequests.Of(pod.Demand, gpuMemoryPerGpu);

    /// <summary>What its quota says to a pod that is not bound, as if nothing were kept for it yet.</summary>
    public QuotaVerdict Judge(PodRecord pod) => Judge(pod.Uid, pod.Namespace, pod.Demand);

    /// <summary>All pods that have not ended, in no order.</summary>
    public IReadOnlyList<PodRecord> Pods() => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.All.Where(pod => !pod.HasEnded)]);

    /// <summary>The pods that are bound and have not ended, in no order.</summary>
    public IReadOnlyList<PodRecord> Bound() => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.All.Where(pod => pod is { NodeName: not null, HasEnded: false })]);

    /// <summary>The pods that wait for a node, in no order.</summary>
    public IReadOnlyList<PodRecord> Waiting() => Read(IReadOnlyList<PodRecord> () => [.. records.Pods.All.Where(pod => pod.IsWaiting)]);

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
        return FindReservation(uid)?.Node
            ?? records.Owners.NodesOf(uid).FirstOrDefault(name => cluster.Find(name) is { } node && CountKept(node, uid) > 0)
            ?? (records.Claims.Find(uid) is { Room.Length: > 0 } claim && cluster.Find(claim.Node) is { } claimed && CountKept(claimed, uid) >= claim.SliceCount ? claim.Node : null);
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
    public void Apply(InformerEvent<NamespaceDocument> change)
    {
        var touched = namespaces.Take(change);
        NamespacesTouched?.Invoke(touched);
    }

    /// <summary>An informer's quotas of one namespace.</summary>
    public void Apply(InformerEvent<ElasticQuotaDocument> change) =>
        TakeQuotas([.. change.Changed.Select(QuotaReading.Of)], [.. change.Deleted.Select(document => QuotaReading.Of(document).Key)], change.IsReplacement ? false : null);

    /// <summary>An informer's quotas of several namespaces.</summary>
    public void Apply(InformerEvent<CompositeElasticQuotaDocument> change) =>
        TakeQuotas([.. change.Changed.Select(QuotaReading.Of)], [.. change.Deleted.Select(document => QuotaReading.Of(document).Key)], change.IsReplacement ? true : null);

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

    /// <inheritdoc cref="Judge(PodRecord)"/>
    /// <remarks>Most pods have nothing kept for them: then no lock is taken.</remarks>
    public QuotaVerdict Judge(string uid, string ns, PodDemand demand) => ledger is var now && now.RulerOf(ns) is null
        ? default
        : (FindReservation(uid) is null && FindClaim(uid) is null ? now : Read(() => records.Quotas.Without(uid))).Judge(ns, QuotaRequests.Of(demand, gpuMemoryPerGpu));

    private QuotaVerdict JudgeAgain(PodRecord pod) => records.Quotas.Without(pod.Uid).Judge(pod.Namespace, RequestOf(pod));

    private void TakeQuotas(Quota[] changed, QuotaKey[] deleted, bool? replacedKind)
    {
        lock (gate)
        {
            records.Quotas.Take(changed, deleted, replacedKind);
            Publish();
        }
    }

    private bool IsLabelled(string node) => PartitioningLabel.ModeOf(records.Nodes.GetValueOrDefault(node)) is not null;

    private static int CountKept(Node node, string uid) => node.Gpus.Sum(gpu => gpu.Slices.Count(slice => slice.Hold == SliceHold.Reserved && slice.OwnerUid == uid));

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
        ledger = records.Quotas.Ledger;
        if (records.TouchedSpaces.Count > 0)
        {
            NamespacesTouched?.Invoke([.. records.TouchedSpaces]);
            records.TouchedSpaces.Clear();
        }

        if (records.Dirty.Count == 0)
        {
            return;
        }

        var (before, touched) = (current, records.Dirty.ToArray());
        records.Dirty.Clear();
        var after = SnapshotBuilder.Replace(before, touched, name => records.Assemble(name));
        current = after;
        foreach (var name in touched)
        {
            Changed?.Invoke(new NodeChange(before.Find(name), after.Find(name), name));
            signals.Fire(name);
        }
    }
}
