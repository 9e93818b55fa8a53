using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Admission;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>
/// The server's parts, put together; the same for a real cluster and for the embedded one. What watches and admits runs on every replica, what decides and
/// writes on the leader: see <see cref="LeaderWork"/>.
/// </summary>
internal sealed class SchedulingServer : IDisposable
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromSeconds(1);

    private readonly KubeClient client;
    private readonly KubeClient election;
    private readonly Leadership leadership;
    private readonly TimeProvider time;
    private readonly QuotaLook look;

    /// <param name="connect">A client of the API server with connections of its own, behind a fence or none.</param>
    /// <param name="options">What the operator decided.</param>
    /// <param name="identity">Who we are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    internal SchedulingServer(Func<WriteFence?, KubeClient> connect, ServerOptions options, ServerIdentity identity, TimeProvider time, ILoggerFactory loggers)
    {
        this.time = time;
        client = connect(null);

        // On connections of its own: no list of many megabytes stands before a renewal.
        election = connect(null);
        State = new ClusterState(time, options.GpuMemoryPerGpu);
        look = new QuotaLook(() => QuotaViews.Of(Quotas.Current, State), time);
        var settings = new ElectionSettings(options.Namespace, options.LeaseName, identity.Holder, options.LeaseDuration);
        var elector = new Elector(election, settings, time, loggers.CreateLogger<Elector>());
        Informers = new ClusterInformers(
            client, State, Quotas, options.Namespace, lease => (lease == options.LeaseName ? elector.Nudge : (Action?)null)?.Invoke(), loggers.CreateLogger<ClusterInformers>(), time);
        var admission = new AdmissionSettings(options.SchedulerName, options.DefaultMode, options.MpsUid, options.Identity ?? identity.UserName, options.Namespace)
        {
            MarkedSchedulers = options.QuotaMarker && options.SchedulerName.Length == 0 ? options.GovernedSchedulers : [],
        };
        var assumed = new AssumedPlaces(time);
        var offered = new OfferedNodes();
        var role = new RoleLabel(client, options.Namespace, identity.Pod, time, loggers.CreateLogger<RoleLabel>());
        leadership = new Leadership(
            elector,
            settings,
            connect,
            (term, fenced) => new LeaderWork(term, fenced, State, Quotas, role, offered, rule => VictimEvicted?.Invoke(rule), options, admission, time, loggers),
            Informers,
            State,
            assumed,
            role,
            time,
            loggers.CreateLogger<Leadership>());
        Extender = new ExtenderEndpoints(State, assumed, offered, options.Policy, () => leadership.Current?.Active);
        Admission = new AdmissionEndpoints(() => State.Current, State.FindNamespace, () => State.Ledger, admission);
        QuotaAdmission = new QuotaEndpoints(new QuotaReview(new QuotaReader(client, () => Quotas.Current), new DeletionRights(client)));
        State.Changed = leadership.Look;
        State.Heard = leadership.Look;
        State.PodsHeard = leadership.Look;
        State.PodsRecorded = leadership.Look;
        State.NamespacesTouched = leadership.Look;
        Quotas.Told = leadership.Look;
    }

    /// <summary>What is known of the cluster.</summary>
    internal ClusterState State { get; }

    /// <summary>What is known of the quotas.</summary>
    internal HeardQuotas Quotas { get; } = new();

    /// <summary>What is watched.</summary>
    internal ClusterInformers Informers { get; }

    /// <summary>The scheduler's verbs.</summary>
    internal ExtenderEndpoints Extender { get; }

    /// <summary>The API server's webhook for pods.</summary>
    internal AdmissionEndpoints Admission { get; }

    /// <summary>The API server's webhook for quotas.</summary>
    internal QuotaEndpoints QuotaAdmission { get; }

    /// <summary>How often each loop failed.</summary>
    internal IEnumerable<(string Loop, long Failures)> ReconcileErrors => leadership.Errors();

    /// <summary>Whether this server answers the scheduler: it leads, and its caches are as new as its term.</summary>
    internal bool IsLeading => leadership.Current is not null;

    /// <summary>Another leader by another Lease, heard of a short while ago; <see langword="null"/> where there is none, or this server does not lead.</summary>
    internal Rival? Rival => leadership.Current?.Rival;

    /// <summary>Called whenever this server answers the scheduler no more. Set once, before it runs.</summary>
    internal Action? LeadLost
    {
        set => leadership.Lost = value;
    }

    /// <summary>Told the rule by which a pod was evicted for another. Set once, before it runs.</summary>
    internal Action<string>? VictimEvicted { get; set; }

    /// <summary>Completes when this server leads for the first time.</summary>
    internal Task HasLed => leadership.HasLed;

    /// <summary>The quotas as they stood a second ago at most.</summary>
    internal IReadOnlyList<QuotaView> ShowQuotas() => look.Recent();

    /// <summary>Why this server is not ready, as leader or standby; <see langword="null"/> once it is.</summary>
    internal string? WhyNot() => Informers.AreSynced ? null : "the caches are not synced yet";

    /// <summary>Runs until cancelled; ends when nothing writes any more, and the Lease, where it was held, is released.</summary>
    internal Task RunAsync(CancellationToken cancellation) =>
        Task.WhenAll(Informers.RunAsync(cancellation), leadership.RunAsync(cancellation), TickAsync(cancellation));

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        election.Dispose();
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            State.Tick();
            State.Contest(leadership.IsContested);
        }
    }
}
