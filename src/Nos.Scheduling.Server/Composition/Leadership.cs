using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Extender;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Leads while this process holds the Lease, and stands by while it does not.</summary>
/// <param name="elector">Elects.</param>
/// <param name="settings">The times of the election.</param>
/// <param name="connect">A client of the API server behind a fence, for one term.</param>
/// <param name="work">Makes what writes in a term's name.</param>
/// <param name="informers">What is watched, on every replica.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="assumed">Where pods in flight will go.</param>
/// <param name="role">Labels pods.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told how terms begin.</param>
internal sealed partial class Leadership(
    Elector elector,
    ElectionSettings settings,
    Func<WriteFence, KubeClient> connect,
    Func<Term, KubeClient, LeaderWork> work,
    ClusterInformers informers,
    ClusterState state,
    AssumedPlaces assumed,
    RoleLabel role,
    TimeProvider time,
    ILogger<Leadership> logger)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a new leader waits where another may lead by another Lease: so that he has seen that he is not alone before anything is bound.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource led = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, long> pastErrors = new(StringComparer.Ordinal);
    private volatile LeaderWork? begun;
    private volatile LeaderWork? current;

    /// <summary>The work of the term in which this server answers; <see langword="null"/> while another leads, or this one is not ready yet.</summary>
    internal LeaderWork? Current => current;

    /// <summary>Whether another leader may decide, too.</summary>
    internal bool IsContested => begun?.IsContested ?? false;

    /// <summary>Called whenever a term has ended in which this server answered. Set once, before it runs.</summary>
    internal Action? Lost { get; set; }

    /// <summary>Completes when this server answers as the leader for the first time.</summary>
    internal Task HasLed => led.Task;

    /// <summary>How often each loop failed, over all terms of this process.</summary>
    internal IEnumerable<(string Loop, long Failures)> Errors()
    {
        lock (pastErrors)
        {
            return begun is not { } now
                ? [.. pastErrors.Select(loop => (loop.Key, loop.Value))]
                : [.. now.Errors.Select(loop => (loop.Loop, loop.Failures + pastErrors.GetValueOrDefault(loop.Loop)))];
        }
    }

    /// <summary>A node has changed. Quick, called under the state's lock.</summary>
    internal void Look(NodeChange change) => current?.Look(change);

    /// <summary>Pods came or changed. Quick.</summary>
    internal void Look(IReadOnlyList<PodRecord> pods) => current?.Look(pods);

    /// <summary>GpuNodes were heard of. Quick.</summary>
    internal void Look(IReadOnlyList<GpuNodeDocument> gpuNodes) => begun?.Look(gpuNodes);

    /// <summary>Pods were heard of. Quick.</summary>
    internal void Look(IReadOnlyList<PodDocument> pods) => current?.Look(pods);

    /// <summary>Bound pods of namespaces, or these, came, changed or went. Quick, called under the state's lock.</summary>
    internal void Look(IReadOnlyCollection<string> namespaces) => current?.Look(namespaces);

    /// <summary>Quotas came, changed or went. Quick.</summary>
    internal void Look(IReadOnlyList<QuotaNews> news) => current?.Look(news);

    /// <summary>Stands for election until cancelled, and leads whenever elected; ends when nothing writes any more and the Lease is released.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var labelling = role.RunAsync(() => current?.Client, cancellation);
        var waking = WakeAsync(cancellation);

        // One whose caches are empty had better leave the lead to one who knows the cluster.
        await Task.WhenAll(elector.RunAsync(() => informers.AreSynced, LeadAsync, cancellation), labelling, waking);
    }

    private void End(LeaderWork leading)
    {
        lock (pastErrors)
        {
            foreach (var (loop, failures) in leading.Errors)
            {
                pastErrors[loop] = pastErrors.GetValueOrDefault(loop) + failures;
            }

            begun = null;
        }
    }

    private async Task WakeAsync(CancellationToken cancellation)
    {
        await informers.Synced.WaitAsync(cancellation);
        elector.Nudge();
    }

    private async Task LeadAsync(Term term)
    {
        var fence = new WriteFence(settings.WriteTimeout, () => term.Left);
        using var client = connect(fence);
        var leading = work(term, client);
        try
        {
            Forget();
            begun = leading;
            leading.Begin();
            await CatchUpAsync(leading, term);
            leading.TakeOver();
            current = leading;
            led.TrySetResult();
            role.Nudge();
            await leading.RunAsync(term.Ended);
        }
        finally
        {
            current = null;
            Lost?.Invoke();
            role.Nudge();
            await fence.CloseAsync();
            End(leading);
            Forget();
        }
    }

    /// <summary>A term begins from what the API says, and leaves nothing behind: another leads meanwhile.</summary>
    private void Forget()
    {
        state.Forget();
        assumed.Clear();
    }

    private async Task CatchUpAsync(LeaderWork leading, Term term)
    {
        var since = time.GetTimestamp();
        while (term.HasPredecessor || leading.IsContested)
        {
            try
            {
                await leading.CatchUpAsync(informers, term.Ended);
                await Task.Delay(leading.IsContested ? Courtesy : TimeSpan.Zero, time, term.Ended);
                var elapsed = time.GetElapsedTime(since);
                LogCaughtUp(elapsed);
                return;
            }
            catch (KubeApiException failure)
            {
                LogNotCaughtUp(failure.Message);
            }

            await Task.Delay(RetryAfter, time, term.Ended);
        }
    }

    [LoggerMessage(EventId = 511, Level = LogLevel.Information, Message = "The caches are as new as this term after {Elapsed}")]
    private partial void LogCaughtUp(TimeSpan elapsed);

    [LoggerMessage(EventId = 512, Level = LogLevel.Warning, Message = "The caches cannot be made as new as this term yet, which answers nobody until then: {Reason}")]
    private partial void LogNotCaughtUp(string reason);
}
