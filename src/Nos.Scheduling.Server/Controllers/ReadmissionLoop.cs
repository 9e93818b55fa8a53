using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>
/// Cares for pods that were created while the webhook did not answer: says so in an event of theirs, and once it answers again deletes those that a
/// controller makes anew.
/// </summary>
/// <remarks>
/// Whether it answers is not guessed. A change of the very pod that changes nothing is tried (dryRun), and the webhook tells us, in that answer alone, that
/// it was asked: so it is the API server's way to us that is seen, for this namespace, and no right is needed beyond that to patch pods.
/// </remarks>
/// <param name="client">The leader's client.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="settings">Which namespaces are excluded.</param>
/// <param name="events">Tells people.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of deletions and failures.</param>
internal sealed partial class ReadmissionLoop(
    KubeClient client, ClusterState state, AdmissionSettings settings, EventRecorder events, TimeProvider time, ILogger<ReadmissionLoop> logger)
{
    /// <summary>Of one round: a cluster full of such pods is worked off in minutes, and its API server does not feel it.</summary>
    private const int MostPods = 50;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly OutageLedger ledger = new(time);
    private long failures;

    /// <summary>The loop's name, and how often it failed since the beginning.</summary>
    internal (string Name, long Failures) Errors => ("readmission", Interlocked.Read(ref failures));

    internal async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await RoundAsync(cancellation);
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>Gather, decide, act. One pod or namespace that fails stops no other.</summary>
    internal async Task RoundAsync(CancellationToken cancellation)
    {
        var pods = state.NotAdmitted().Where(IsGoverned).ToList();
        ledger.Look(pods);

        var steps = ReadmissionPlan.Of(pods, ledger.Dealt, MostPods);

        foreach (var step in steps)
        {
            try
            {
                await ActAsync(step, pods, cancellation);
            }
            catch (KubeApiException problem)
            {
                // A conflict is everyday: somebody wrote the pod in between, and the next round looks again.
                if (!problem.IsConflict)
                {
                    Interlocked.Increment(ref failures);
                    LogFailed(step.Namespace, problem.Message);
                }
            }
        }

        // Also of those that are gone now: somebody may ask why.
        foreach (var pod in pods)
        {
            events.Tell(EventOf(pod));
        }
    }

    /// <summary>Not where the webhook is not to be asked at all; a namespace that is not known yet is no reason to delete.</summary>
    private bool IsGoverned(PodRecord pod) =>
        state.FindNamespace(pod.Namespace) is { } ns && !PodAdmission.IsExcluded(pod.Namespace, ns, settings);

    private async Task ActAsync(ReadmissionStep step, IReadOnlyList<PodRecord> all, CancellationToken cancellation)
    {
        if (step.Pods.Count == 0)
        {
            await ProbeAsync(step.Probe, cancellation);
        }

        foreach (var pod in step.Pods)
        {
            var (isAnswered, version) = await ProbeAsync(pod, cancellation);
            if (!isAnswered)
            {
                // Nor will it for the others of the namespace.
                return;
            }

            if (version is not null)
            {
                ledger.Begin(pod, all);
                await client.DeleteAsync(KubeResources.Pods, pod.Namespace, pod.Name, cancellation, pod.Uid, version: version);
                LogDeleted(pod.Namespace, pod.Name, pod.Controller!.Name);
            }
        }
    }

    /// <summary>Tries a change of the pod that changes nothing.</summary>
    /// <returns>Whether the webhook answers; and the version of the pod as it lives, <see langword="null"/> where it is gone, bound, or not what it was.</returns>
    private async Task<(bool IsAnswered, string? Version)> ProbeAsync(PodRecord pod, CancellationToken cancellation)
    {
        try
        {
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid } };
            var (live, warnings) = await client.TryPatchAsync(KubeResources.Pods, pod.Namespace, pod.Name, patch, cancellation);
            if (!AdmissionProbe.IsAnswered(warnings))
            {
                ledger.Outage(pod.Namespace);
                return (false, null);
            }

            return (true, PodRecords.Of(live) is { IsNotAdmitted: true, IsWaiting: true } record && record.Uid == pod.Uid ? live.Metadata.ResourceVersion : null);
        }
        catch (KubeApiException gone) when (gone.IsNotFound)
        {
            // Nothing was seen of the webhook; the next pod may show it.
            return (true, null);
        }
    }

    private static PodEvent EventOf(PodRecord pod) => new(
        pod.Namespace,
        pod.Name,
        pod.Uid,
        nameof(Misfit.NotAdmitted),
        "The pod's GPU request was never translated: the admission webhook of nos did not answer when the pod was created. "
        + (pod.Controller is { } controller ? $"Once it answers the pod is deleted, so that {controller.Name} makes it anew." : "Delete the pod and create it anew."),
        IsWarning: true);

    [LoggerMessage(EventId = 408, Level = LogLevel.Information, Message = "The webhook answers again: {Ns}/{Pod}, which was never translated, is deleted, so that {Controller} makes it anew")]
    private partial void LogDeleted(string ns, string pod, string controller);

    [LoggerMessage(EventId = 409, Level = LogLevel.Warning, Message = "Pods of {Ns} that were never translated could not be looked after and are tried again: {Reason}")]
    private partial void LogFailed(string ns, string reason);
}
