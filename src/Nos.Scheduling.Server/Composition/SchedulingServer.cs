using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Admission;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>The server's parts, put together; the same for a real cluster and for the embedded one.</summary>
internal sealed class SchedulingServer
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly NodeLoop gpuNodeLoop;
    private readonly NodeLoop promiseLoop;
    private readonly NodeAnnotationLoop annotationLoop;
    private readonly WakeUpLoop wakeUpLoop;
    private readonly TimeProvider time;

    /// <param name="client">The API server.</param>
    /// <param name="options">What the operator decided.</param>
    /// <param name="identity">Our own user name; <see langword="null"/> where it is unknown: then nobody may write our keys.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    internal SchedulingServer(KubeClient client, ServerOptions options, string? identity, TimeProvider time, ILoggerFactory loggers)
    {
        this.time = time;
        State = new ClusterState(time);
        Informers = new ClusterInformers(client, State, options.Namespace, loggers.CreateLogger<ClusterInformers>(), time);
        var writer = new GpuNodeWriter(client, State, options.ReservationTtl);
        var settings = new BinderSettings(options.BindWait, options.ReservationTtl, options.Policy);
        var binder = new Binder(client, State, writer, settings, time, loggers.CreateLogger<Binder>());
        Extender = new ExtenderEndpoints(State, binder, new AssumedPlaces(time), options.Policy, WhyNot);
        var admission = new AdmissionSettings(options.SchedulerName, options.DefaultMode, options.MpsUid, options.Identity ?? identity, options.Namespace);
        Admission = new AdmissionEndpoints(() => State.Current, State.FindNamespace, admission);
        var reconciler = new GpuNodeReconciler(client, State, writer, loggers.CreateLogger<GpuNodeReconciler>());
        var promises = new PromiseReconciler(client, State, loggers.CreateLogger<PromiseReconciler>());
        gpuNodeLoop = new NodeLoop("gpunode", reconciler.ReconcileAsync, time, loggers.CreateLogger<NodeLoop>());
        promiseLoop = new NodeLoop("promise", promises.ReconcileAsync, time, loggers.CreateLogger<NodeLoop>());
        annotationLoop = new NodeAnnotationLoop(client, State, time, loggers.CreateLogger<NodeAnnotationLoop>());
        wakeUpLoop = new WakeUpLoop(client, State, time, loggers.CreateLogger<WakeUpLoop>());
        State.Changed = change =>
        {
            gpuNodeLoop.Enqueue(change.Name);
            promiseLoop.Enqueue(change.Name);
            annotationLoop.Enqueue(change.Name);
            wakeUpLoop.Look(change);
        };
    }

    /// <summary>What is known of the cluster.</summary>
    internal ClusterState State { get; }

    /// <summary>What is watched.</summary>
    internal ClusterInformers Informers { get; }

    /// <summary>The scheduler's verbs.</summary>
    internal ExtenderEndpoints Extender { get; }

    /// <summary>The API server's webhooks.</summary>
    internal AdmissionEndpoints Admission { get; }

    /// <summary>How often each loop failed.</summary>
    internal IEnumerable<(string Loop, long Failures)> ReconcileErrors => [gpuNodeLoop.Errors, promiseLoop.Errors, annotationLoop.Errors];

    /// <summary>Why the extender does not answer yet; <see langword="null"/> once it does.</summary>
    internal string? WhyNot() => Informers.AreSynced ? null : "the caches are not synced yet";

    /// <summary>Runs the informers, and the loops once the caches are synced, until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var watching = Informers.RunAsync(cancellation);
        await Informers.Synced.WaitAsync(cancellation);
        await Task.WhenAll(
            watching, gpuNodeLoop.RunAsync(cancellation), promiseLoop.RunAsync(cancellation), annotationLoop.RunAsync(cancellation),
            wakeUpLoop.RunAsync(cancellation), TickAsync(cancellation));
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            State.Tick();
        }
    }
}
