using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>
/// All that writes in the name of one term, made anew for each: what is left over of an earlier term holds a client whose fence is closed for good, and
/// can write nothing in a later one's name.
/// </summary>
internal sealed class LeaderWork
{
    private readonly ClusterState state;
    private readonly TimeProvider time;
    private readonly RoleLabel role;
    private readonly Author author;
    private readonly RivalWatch rivals;
    private readonly RivalLoop rivalLoop;
    private readonly KeyedLoop<string> gpuNodeLoop;
    private readonly KeyedLoop<string> promiseLoop;
    private readonly KeyedLoop<string> lossLoop;
    private readonly KeyedLoop<string> devicePluginLoop;
    private readonly NodeAnnotationLoop annotationLoop;
    private readonly ReadmissionLoop readmissionLoop;
    private readonly EventRecorder events;
    private readonly WakeUpLoop wakeUpLoop;
    private readonly ReactiveLoop reactiveLoop;
    private readonly Reclaimer reclaimer;
    private readonly ReclaimLoop reclaimLoop;
    private readonly QuotaLoop quotaLoop;

    /// <param name="term">The term.</param>
    /// <param name="client">The client that its fence guards.</param>
    /// <param name="state">What is known of the cluster.</param>
    /// <param name="quotas">What is known of quotas.</param>
    /// <param name="role">Labels pods.</param>
    /// <param name="offered">The nodes that schedulers offered last.</param>
    /// <param name="victimEvicted">Told the rule by which a pod was evicted for another.</param>
    /// <param name="options">What the operator decided.</param>
    /// <param name="admission">What the webhook goes by.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    internal LeaderWork(
        Term term,
        KubeClient client,
        ClusterState state,
        HeardQuotas quotas,
        RoleLabel role,
        OfferedNodes offered,
        Action<string> victimEvicted,
        ServerOptions options,
        AdmissionSettings admission,
        TimeProvider time,
        ILoggerFactory loggers)
    {
        (Client, this.state, this.role, this.time) = (client, state, role, time);
        author = new Author(term.Lease, term.Holder, time);
        rivals = new RivalWatch(term.Lease, time);
        rivalLoop = new RivalLoop(client, rivals, author, time, loggers.CreateLogger<RivalLoop>());
        var writer = new GpuNodeWriter(client, state, options.ReservationTtl, author);
        var settings = new BinderSettings(options.BindWait, options.ReservationTtl, options.Policy);
        var reconciler = new GpuNodeReconciler(client, state, writer, author, loggers.CreateLogger<GpuNodeReconciler>());
        var promises = new PromiseReconciler(client, state, loggers.CreateLogger<PromiseReconciler>());
        gpuNodeLoop = new KeyedLoop<string>("gpunode", reconciler.ReconcileAsync, TimeSpan.Zero, time, loggers.CreateLogger<KeyedLoop<string>>());
        promiseLoop = new KeyedLoop<string>("promise", promises.ReconcileAsync, TimeSpan.Zero, time, loggers.CreateLogger<KeyedLoop<string>>());
        annotationLoop = new NodeAnnotationLoop(client, state, time, loggers.CreateLogger<NodeAnnotationLoop>());
        events = new EventRecorder(client, time, loggers.CreateLogger<EventRecorder>());
        var losses = new SliceLossReconciler(
            client,
            state,
            events.Tell,
            (node, pause) => lossLoop!.EnqueueAfter(node, pause, term.Ended),
            options.ReclaimPdbGrace,
            time,
            loggers.CreateLogger<SliceLossReconciler>());
        lossLoop = new KeyedLoop<string>("slice-loss", losses.ReconcileAsync, TimeSpan.Zero, time, loggers.CreateLogger<KeyedLoop<string>>());
        var devicePlugins = new DevicePluginReconciler(client, state, loggers.CreateLogger<DevicePluginReconciler>());
        devicePluginLoop = new KeyedLoop<string>("device-plugin", devicePlugins.ReconcileAsync, TimeSpan.Zero, time, loggers.CreateLogger<KeyedLoop<string>>());
        readmissionLoop = new ReadmissionLoop(client, state, admission, events, time, loggers.CreateLogger<ReadmissionLoop>());
        wakeUpLoop = new WakeUpLoop(client, state, options.BindWait, time, loggers.CreateLogger<WakeUpLoop>());
        var carrier = new PlanCarrier(state, writer, settings, time, loggers.CreateLogger<PlanCarrier>());
        var partitioner = new ReactivePartitioner(
            state, carrier, options.Reactive, options.Policy, new Patience(options.ReservationTtl), events.Tell, time, loggers.CreateLogger<ReactivePartitioner>());
        reactiveLoop = new ReactiveLoop(partitioner, options.BatchIdle, options.BatchTimeout, time, loggers.CreateLogger<ReactiveLoop>());
        var scenes = new ReclaimScenes(state, ns => PodAdmission.IsSystem(ns, state.FindNamespace(ns), admission), options.ReclaimUnquoted, time);
        var budgets = new RecentBudgets(client, time);
        Active = new ActiveTerm(
            new Binder(client, state, writer, settings, time, loggers.CreateLogger<Binder>()), wakeUpLoop.BindFailed, new PreemptionVerdicts(state, scenes, budgets.ReadAsync), term.Ended);
        reclaimer = new Reclaimer(
            state,
            scenes,
            budgets.ReadAsync,
            new ClaimWriter(client, state),
            new Evictor(client, events.Tell, victimEvicted, loggers.CreateLogger<Evictor>()),
            offered,
            new ReclaimSettings(options.ReservationTtl, options.ReclaimPdbGrace, options.Governs),
            events.Tell,
            wakeUpLoop.BindFailed,
            time,
            loggers.CreateLogger<Reclaimer>());
        reclaimLoop = new ReclaimLoop(reclaimer, time, loggers.CreateLogger<ReclaimLoop>());
        quotaLoop = new QuotaLoop(client, state, quotas, time, loggers.CreateLogger<QuotaLoop>());
    }

    /// <summary>The leader's client; once the term is over it writes nothing.</summary>
    internal KubeClient Client { get; }

    /// <summary>What answers the scheduler.</summary>
    internal ActiveTerm Active { get; }

    /// <summary>Another leader by another Lease, heard of a short while ago; <see langword="null"/> where there is none.</summary>
    internal Rival? Rival => rivals.Latest;

    /// <summary>Whether another leader may decide, too: what is bound must be in the specs first.</summary>
    internal bool IsContested => rivals.AreLikely;

    /// <summary>How often each loop failed since the term began.</summary>
    internal IEnumerable<(string Loop, long Failures)> Errors =>
        [gpuNodeLoop.Errors, promiseLoop.Errors, lossLoop.Errors, devicePluginLoop.Errors, annotationLoop.Errors, readmissionLoop.Errors, reactiveLoop.Errors, reclaimLoop.Errors, quotaLoop.Errors];

    /// <summary>A node has changed. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change)
    {
        Enqueue(change.Name);
        wakeUpLoop.Look(change);
        reactiveLoop.Look(change);
        reclaimLoop.Look(change);
    }

    /// <summary>Pods came or changed. Quick.</summary>
    internal void Look(IReadOnlyList<PodRecord> pods)
    {
        reactiveLoop.Look(pods);
        reclaimLoop.Look(pods);
    }

    /// <summary>Bound pods of namespaces, or these, came, changed or went. Quick, called under the state's lock.</summary>
    internal void Look(IReadOnlyCollection<string> namespaces) => quotaLoop.Look(namespaces);

    /// <summary>Quotas came, changed or went. Quick.</summary>
    internal void Look(IReadOnlyList<QuotaNews> news)
    {
        quotaLoop.Look(news);
        if (news.Any(one => one.Touched.Count > 0))
        {
            wakeUpLoop.QuotaChanged();
            reclaimLoop.QuotaChanged();
        }
    }

    /// <summary>GpuNodes were heard of. Quick.</summary>
    internal void Look(IReadOnlyList<GpuNodeDocument> gpuNodes)
    {
        if (rivalLoop.Look(gpuNodes))
        {
            state.Contest(true);
        }
    }

    /// <summary>Pods were heard of. Quick.</summary>
    internal void Look(IReadOnlyList<PodDocument> pods)
    {
        var now = time.GetUtcNow();
        foreach (var pod in pods)
        {
            if (MutationEvents.Of(pod, now) is { } told)
            {
                events.Tell(told);
            }
        }
    }

    /// <summary>Makes the caches as new as the moment: the predecessor's last Bindings and specs may not have come through our watches yet.</summary>
    /// <exception cref="KubeApiException">The server refused or did not answer; to be tried again.</exception>
    internal async Task CatchUpAsync(ClusterInformers informers, CancellationToken cancellation) => await Task.WhenAll(
        CatchUp.ToNowAsync(informers.Pods, token => role.SignAsync(Client, author, token), time, cancellation),
        CatchUp.ToNowAsync(informers.GpuNodes, SignOneAsync, time, cancellation));

    /// <summary>The caches are as new as the term: what others make way for is kept from the first answer on.</summary>
    internal void TakeOver() => reclaimer.Adopt();

    /// <summary>From now on others who write are noticed.</summary>
    internal void Begin()
    {
        rivals.Begin(state.GpuNodes());
        state.Contest(IsContested);
    }

    /// <summary>Runs the loops until cancelled. One that fails ends all: a leader that does half of its work is worse than another one.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var node in state.Current.Nodes)
        {
            // What happened before the term was nobody's to act on.
            Enqueue(node.Name);
        }

        quotaLoop.LookAtAll();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Func<CancellationToken, Task>[] loops =
        [
            gpuNodeLoop.RunAsync, promiseLoop.RunAsync, lossLoop.RunAsync, devicePluginLoop.RunAsync, annotationLoop.RunAsync, readmissionLoop.RunAsync, events.RunAsync, wakeUpLoop.RunAsync, rivalLoop.RunAsync,
            reactiveLoop.RunAsync, reclaimLoop.RunAsync, quotaLoop.RunAsync,
        ];
        await Task.WhenAll(loops.Select(loop => EndingAll(loop(either.Token))));

        async Task EndingAll(Task loop)
        {
            try
            {
                await loop;
            }
            finally
            {
                await either.CancelAsync();
            }
        }
    }

    private void Enqueue(string node)
    {
        gpuNodeLoop.Enqueue(node);
        promiseLoop.Enqueue(node);
        lossLoop.Enqueue(node);
        devicePluginLoop.Enqueue(node);
        annotationLoop.Enqueue(node);
    }

    private async Task<string?> SignOneAsync(CancellationToken cancellation)
    {
        foreach (var gpuNode in state.GpuNodes().OrderBy(gpuNode => gpuNode.Metadata.Name, StringComparer.Ordinal).Take(3))
        {
            try
            {
                return (await Client.PatchAsync(KubeResources.GpuNodes, null, gpuNode.Metadata.Name, author.SigningPatch(), cancellation)).Metadata.ResourceVersion;
            }
            catch (KubeApiException missing) when (missing.IsNotFound)
            {
                // Gone meanwhile, which our watch has not told.
            }
        }

        return null;
    }
}
