using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>
/// The label <c>nos.nebuly.com/role=leader</c>, by which a Service finds the leader's pod: on the own pod of one who leads and on no other. A process
/// that runs in no pod has none to label.
/// </summary>
/// <param name="client">The API server, unfenced: who does not lead any more takes the label off its own pod.</param>
/// <param name="ns">The namespace of the servers' pods.</param>
/// <param name="pod">The name of this process's pod, if it is one.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
public sealed partial class RoleLabel(KubeClient client, string ns, string pod, TimeProvider time, ILogger<RoleLabel> logger)
{
    private const string Leader = "leader";
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LastWish = TimeSpan.FromSeconds(2);

    private readonly LogPace pace = new(time);
    private volatile TaskCompletionSource nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The role may have changed: it is looked at at once.</summary>
    public void Nudge() => Interlocked.Exchange(ref nudge, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>
    /// Sees to it until cancelled that the label is where it belongs, also where it is left over from a container of this pod that was killed. At the end
    /// it is taken off; if that takes too long, by the next leader.
    /// </summary>
    /// <param name="leader">The leader's client while this process leads; <see langword="null"/> while it does not.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<KubeClient?> leader, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var nudged = nudge.Task;
                var isRight = await TryAsync(() => leader() is { } by ? PutRightAsync(by, cancellation) : TakeOffAsync(cancellation));
                await Task.WhenAny(nudged, Task.Delay(isRight ? LookAgain : AfterFailure, time, cancellation));
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            using var last = new CancellationTokenSource(LastWish, time);
            await ((Task)TryAsync(() => TakeOffAsync(last.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Signs the own pod: a write whose version tells how far a watch of pods has come.</summary>
    /// <returns>The pod's new version; <see langword="null"/> where this process runs in no pod.</returns>
    public async Task<string?> SignAsync(KubeClient leader, Author author, CancellationToken cancellation)
    {
        try
        {
            return (await leader.PatchAsync(KubeResources.Pods, ns, pod, author.SigningPatch(), cancellation)).Metadata.ResourceVersion;
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            LogNoPod(ns, pod);
            return null;
        }
    }

    private async Task PutRightAsync(KubeClient leader, CancellationToken cancellation)
    {
        var labelled = await leader.ListAsync(KubeResources.Pods, ns, cancellation, labelSelector: $"{NosKeys.Role}={Leader}");
        foreach (var other in labelled.Items.Where(other => other.Metadata.Name != pod))
        {
            await SetAsync(leader, other.Metadata.Name, null, cancellation);
        }

        if (!labelled.Items.Any(one => one.Metadata.Name == pod))
        {
            await SetAsync(leader, pod, Leader, cancellation);
        }
    }

    private async Task TakeOffAsync(CancellationToken cancellation)
    {
        if ((await client.FindAsync(KubeResources.Pods, ns, pod, cancellation))?.Metadata.Label(NosKeys.Role) is not null)
        {
            await SetAsync(client, pod, null, cancellation);
        }
    }

    private async Task SetAsync(KubeClient by, string name, string? role, CancellationToken cancellation)
    {
        try
        {
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [NosKeys.Role] = role } } };
            await by.PatchAsync(KubeResources.Pods, ns, name, patch, cancellation);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            LogNoPod(ns, name);
        }
    }

    private async Task<bool> TryAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return true;
        }
        catch (KubeApiException failure)
        {
            if (pace.IsDue())
            {
                LogFailed(pod, failure.Message);
            }

            return false;
        }
    }

    [LoggerMessage(EventId = 711, Level = LogLevel.Debug, Message = "There is no pod {Ns}/{Pod}: nothing to label")]
    private partial void LogNoPod(string ns, string pod);

    [LoggerMessage(EventId = 712, Level = LogLevel.Warning, Message = "The leader's label of pod {Pod} could not be put right and is tried again: {Reason}")]
    private partial void LogFailed(string pod, string reason);
}
