using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Has the slices of a reservation made, and waits until its node's agent has them advertised.</summary>
/// <param name="state">What is known of the cluster.</param>
/// <param name="writer">Writes what is to be cut.</param>
/// <param name="bindWait">How long it waits at most.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of cuts that fail or take too long.</param>
internal sealed partial class SliceCutter(ClusterState state, GpuNodeWriter writer, TimeSpan bindWait, TimeProvider time, ILogger logger)
{
    /// <summary>Has the slices made and waits for them.</summary>
    /// <returns>Why it did not work, or <see langword="null"/> where all are there. The place is kept for a retry wherever that may find more.</returns>
    /// <exception cref="KubeApiException">The spec could not be written.</exception>
    internal async Task<BindOutcome?> CutAsync(Reservation reservation, CancellationToken cancellation)
    {
        var deadline = Task.Delay(bindWait, time, cancellation);

        if (await PrepareAsync(reservation, deadline, cancellation) is not { } generation)
        {
            return Unwritten(reservation);
        }

        while (true)
        {
            var next = state.NextChangeOf(reservation.Node);
            var look = state.Look(reservation);
            if (!look.IsFine)
            {
                return Lost(reservation, look);
            }

            var (readiness, detail) = SliceReadiness.Of(look.GpuNode, reservation, generation);
            switch (readiness)
            {
                case SliceReadiness.Readiness.Ready:
                    EndRest(reservation);
                    return null;
                case SliceReadiness.Readiness.Failed:
                    return await GiveUpAsync(reservation, detail);
                case SliceReadiness.Readiness.Taken:
                    state.Release(reservation.Pod.Uid);
                    return new BindOutcome($"{nameof(Misfit.NoOpenPlacement)}: {detail}", Misfit.NoOpenPlacement);
                case SliceReadiness.Readiness.Unwanted when await BringAsync(reservation, deadline, cancellation) is { } again:
                    generation = again;
                    continue;
                case SliceReadiness.Readiness.Unwanted:
                    return Unwritten(reservation);
                default:
                    break;
            }

            if (await Task.WhenAny(next, deadline) == deadline)
            {
                cancellation.ThrowIfCancellationRequested();
                var rest = state.Rest(reservation.Node, isSlow: true);
                LogSlow(reservation.Node, bindWait, detail, rest.Pause.TotalSeconds);
                return new BindOutcome($"node {reservation.Node} is not ready after {bindWait.TotalSeconds:0.#} s: {detail}; the place is kept for a retry");
            }
        }
    }

    /// <summary>The place is gone, or for now it is none. What a look finds amiss before the Binding is posted is answered likewise.</summary>
    internal BindOutcome Lost(Reservation reservation, ReservationLook look)
    {
        if (!look.IsKept)
        {
            return new BindOutcome($"the place of {reservation.Pod.Key} on {reservation.Node} is kept no more: its time was up, another bind of the pod came, or the pod or the GpuNode is gone");
        }

        if (look.Obstacle == Misfit.NodeNotManaged)
        {
            state.Release(reservation.Pod.Uid);
        }

        if (look.Obstacle != Misfit.None)
        {
            return new BindOutcome($"{look.Obstacle.Name()}: {look.Detail}", look.Obstacle);
        }

        state.Release(reservation.Pod.Uid);
        return new BindOutcome($"{nameof(Misfit.NoOpenPlacement)}: somebody else was quicker on {reservation.Node}", Misfit.NoOpenPlacement);
    }

    /// <summary>
    /// Sees to it that the spec has the slices. What is only taken over is there already: no write, and so no round of the agent to wait for. What keeps it
    /// until the pod is bound is the reservation; a server that ends in between has promised nothing yet. But a write decided before the reservation may
    /// be about to drop it; and another server, where one decides, too, knows the spec alone.
    /// </summary>
    /// <returns>The generation that has them, for the agent to have observed; <see langword="null"/> where the time was up.</returns>
    private async Task<long?> PrepareAsync(Reservation reservation, Task deadline, CancellationToken cancellation)
    {
        if (reservation.Placement.NeedsCut || state.IsContested || !writer.IsSettled(reservation.Node))
        {
            return await BringAsync(reservation, deadline, cancellation);
        }

        var there = state.FindGpuNode(reservation.Node)?.Metadata.Generation ?? 0;
        if (state.KeepsForAnother(reservation) && await BringAsync(reservation, deadline, cancellation) is null)
        {
            return null;
        }

        // Where the owner alone was written nothing is to be cut.
        return there;
    }

    /// <summary>Writes the spec; where the API server is slow, or others write before, the wait ends with the bind's and the write goes on.</summary>
    /// <returns>The generation that has it; <see langword="null"/> where the time was up.</returns>
    private async Task<long?> BringAsync(Reservation reservation, Task deadline, CancellationToken cancellation)
    {
        var writing = writer.BringAsync(reservation.Node, cancellation);
        if (await Task.WhenAny(writing, deadline) == writing)
        {
            return await writing;
        }

        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    /// <summary>That is not the node's fault: it does not rest for it.</summary>
    private BindOutcome Unwritten(Reservation reservation)
    {
        LogUnwritten(reservation.Node, bindWait);
        return new BindOutcome($"what is to be cut on {reservation.Node} could not be written within {bindWait.TotalSeconds:0.#} s; the place is kept for a retry");
    }

    /// <summary>Slices that were there before prove nothing about cutting.</summary>
    private void EndRest(Reservation reservation)
    {
        if (reservation.Placement.NeedsCut)
        {
            state.EndRest(reservation.Node);
        }
    }

    /// <summary>The pod goes elsewhere; the node rests, and the slice that could not be made is taken out of its spec.</summary>
    private async Task<BindOutcome> GiveUpAsync(Reservation reservation, string detail)
    {
        state.Release(reservation.Pod.Uid);
        var rest = state.Rest(reservation.Node, isSlow: false);
        LogCutFailed(reservation.Node, reservation.Pod.Key, detail, rest.Pause.TotalSeconds);
        try
        {
            // Also where the caller has hung up: what is cleaned up is not for its sake.
            await writer.BringAsync(reservation.Node, CancellationToken.None);
        }
        catch (KubeApiException refused)
        {
            // The loop over the GpuNodes sees a spec that names a pod which gave up, and tries on.
            LogNotWithdrawn(reservation.Node, refused.Message);
        }

        return new BindOutcome($"{nameof(Misfit.PartitioningBackoff)}: {detail}", Misfit.PartitioningBackoff);
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "{Node} could not cut what {Pod} needs: {Detail}. The node rests for {Seconds} s, the pod goes elsewhere")]
    private partial void LogCutFailed(string node, string pod, string detail, double seconds);

    [LoggerMessage(EventId = 303, Level = LogLevel.Warning, Message = "{Node} has not cut a slice within {BindWait}: {Detail}. The node rests for {Seconds} s, the place is kept")]
    private partial void LogSlow(string node, TimeSpan bindWait, string detail, double seconds);

    [LoggerMessage(EventId = 305, Level = LogLevel.Warning, Message = "What is to be cut on {Node} was not written within {BindWait}: the API server is slow, or others keep writing. The place is kept")]
    private partial void LogUnwritten(string node, TimeSpan bindWait);

    [LoggerMessage(EventId = 304, Level = LogLevel.Warning, Message = "What {Node} could not cut is still in its spec and is taken out later: {Reason}")]
    private partial void LogNotWithdrawn(string node, string reason);
}
