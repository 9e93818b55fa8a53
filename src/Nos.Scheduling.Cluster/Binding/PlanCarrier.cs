using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>
/// Carries plans out where nobody asks us to bind: keeps the pods' places, has cut what must be cut, and sees to what became of it. Waits for no node.
/// Not for several callers at once.
/// </summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="writer">Writes what is to be cut.</param>
/// <param name="settings">Times.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
public sealed partial class PlanCarrier(ClusterState state, GpuNodeWriter writer, BinderSettings settings, TimeProvider time, ILogger<PlanCarrier> logger)
{
    /// <summary>Specs written at a time: a plan for a large cluster is no burden for its API server.</summary>
    private const int AtOnce = 8;

    private readonly Dictionary<string, NodeCuts> watched = new(StringComparer.Ordinal);

    /// <summary>Whether slices have been asked for that are not reported yet.</summary>
    public bool IsWatching => watched.Count > 0;

    /// <summary>Keeps the places that the plan gives and writes the specs of the nodes where something is cut; the others' stay as they are.</summary>
    /// <returns>The pods for which a place is kept now that was not before.</returns>
    public async Task<IReadOnlyList<Reservation>> CarryOutAsync(PartitioningPlan plan, CancellationToken cancellation)
    {
        var until = time.GetUtcNow() + settings.ReservationTtl;
        var kept = new List<Reservation>();
        foreach (var placed in plan.Placed.Where(placed => !placed.IsKept))
        {
            if (state.ReservePlanned(placed.Pod.Uid, placed.Node, placed.Placement, until) is { } reservation)
            {
                kept.Add(reservation);
            }
        }

        var cuts = kept.Where(reservation => reservation.Placement.NeedsCut).GroupBy(reservation => reservation.Node, StringComparer.Ordinal).ToArray();
        var lost = new List<Reservation>();
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (cut, token) =>
        {
            try
            {
                var generation = await writer.BringAsync(cut.Key, token);
                lock (watched)
                {
                    watched[cut.Key] = new NodeCuts(generation, [.. watched.GetValueOrDefault(cut.Key)?.Open ?? [], .. cut], time.GetTimestamp());
                }
            }
            catch (KubeApiException refused)
            {
                // One node that cannot be written stops no other; its pods are planned for again.
                LogNotWritten(cut.Key, refused.Message);
                lock (watched)
                {
                    lost.AddRange(cut);
                }
            }
        });
        Release(lost);
        return [.. kept.Except(lost)];
    }

    /// <summary>
    /// Looks at what became of the cuts. A node that cannot make a slice, or of which nothing new was heard for as long as a bind would wait, rests, and the
    /// pods that wait for it may go elsewhere.
    /// </summary>
    /// <returns>Whether a pod lost its place.</returns>
    public async Task<bool> ReviewAsync(CancellationToken cancellation)
    {
        var lost = false;
        foreach (var (node, cuts) in watched.ToArray())
        {
            var (rest, isAnyMade, failed, gone) = cuts.Review(state, time.GetTimestamp());
            Release(gone);
            if (isAnyMade)
            {
                state.EndRest(node);
            }

            if (failed.Count > 0)
            {
                await RestAsync(node, failed, cancellation);
            }

            var isSlow = rest.Open.Count > 0 && time.GetElapsedTime(rest.Progress) >= settings.BindWait;
            if (isSlow)
            {
                var pause = state.Rest(node, isSlow: true).Pause;
                LogSlow(node, settings.BindWait, pause.TotalSeconds);
                Release(rest.Open);
            }

            if (isSlow || rest.Open.Count == 0)
            {
                watched.Remove(node);
            }
            else
            {
                watched[node] = rest;
            }

            lost |= isSlow || failed.Count + gone.Count > 0;
        }

        return lost;
    }

    /// <summary>The node rests; what could not be made is taken out of its spec, or the agent would try for ever.</summary>
    private async Task RestAsync(string node, IReadOnlyList<(Reservation Reservation, string Detail)> failed, CancellationToken cancellation)
    {
        var pause = state.Rest(node, isSlow: false).Pause;
        LogCutFailed(node, failed[0].Reservation.Pod.Key, failed[0].Detail, pause.TotalSeconds);
        Release(failed.Select(one => one.Reservation));
        try
        {
            await writer.BringAsync(node, cancellation);
        }
        catch (KubeApiException refused)
        {
            LogNotWritten(node, refused.Message);
        }
    }

    private void Release(IEnumerable<Reservation> reservations)
    {
        foreach (var reservation in reservations)
        {
            state.Release(reservation.Pod.Uid);
        }
    }

    [LoggerMessage(EventId = 321, Level = LogLevel.Warning, Message = "The spec of {Node} could not be written: {Reason}. Pods that were to go there are planned for again")]
    private partial void LogNotWritten(string node, string reason);

    [LoggerMessage(EventId = 322, Level = LogLevel.Warning, Message = "{Node} could not cut what {Pod} needs: {Detail}. The node rests for {Seconds} s, pods go elsewhere")]
    private partial void LogCutFailed(string node, string pod, string detail, double seconds);

    [LoggerMessage(EventId = 323, Level = LogLevel.Warning, Message = "{Node} has made none of the slices that it was asked for within {BindWait}. The node rests for {Seconds} s, pods go elsewhere")]
    private partial void LogSlow(string node, TimeSpan bindWait, double seconds);
}
