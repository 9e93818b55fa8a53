using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Binds pods: judges again, keeps the slices, has missing ones cut, waits until kubelet knows them, and only then posts the Binding.</summary>
/// <param name="client">The API server.</param>
/// <param name="state">What is known of the cluster.</param>
/// <param name="writer">Writes what is to be cut.</param>
/// <param name="settings">Times and policy.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of failures.</param>
public sealed partial class Binder(
    KubeClient client, ClusterState state, GpuNodeWriter writer, BinderSettings settings, TimeProvider time, ILogger<Binder> logger)
{
    /// <summary>The longest that an informer may lag: a watch lasts ten minutes, then it is missed.</summary>
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(15);

    private readonly Turns turns = new();
    private readonly SliceCutter cutter = new(state, writer, settings.BindWait, time, logger);

    /// <summary>
    /// Binds the pod. Safe to repeat: a pod that is bound to that node already is a success. Calls for one pod go one after the other, whichever
    /// nodes they name: while a Binding is on its way nobody must give the pod's place up.
    /// </summary>
    /// <param name="request">What to bind.</param>
    /// <param name="cancellation">The caller hung up: nothing is posted after that, and the place is kept for its retry.</param>
    public async Task<BindOutcome> BindAsync(BindRequest request, CancellationToken cancellation)
    {
        using var turn = await turns.EnterAsync(request.Uid, cancellation);
        try
        {
            var (pod, known) = await GatherAsync(request, cancellation);
            if (known is { } settled)
            {
                return settled;
            }

            var (reservation, misfit) = state.Reserve(pod!, request.Node, settings.Policy, time.GetUtcNow() + settings.ReservationTtl);
            if (reservation is null)
            {
                return BindOutcome.Refused(misfit);
            }

            var began = time.GetTimestamp();
            if (reservation.Placement.Slices.Count > 0 && await cutter.CutAsync(reservation, cancellation) is { } failure)
            {
                return failure with { Waited = time.GetElapsedTime(began) };
            }

            var waited = time.GetElapsedTime(began);
            return await PostAsync(request, reservation, cancellation) with { Waited = waited };
        }
        catch (KubeApiException refused)
        {
            LogFailed(request.Namespace, request.Name, request.Node, refused.Message);
            return BindOutcome.Of(refused);
        }
    }

    /// <summary>
    /// The node that keeps slices for the pod which are all there by its report: a pod whose cut took longer than its bind finds them at the retry.
    /// <see langword="null"/> where none does.
    /// </summary>
    public string? ReadyOn(string uid) => state.FindReservation(uid) is { Placement.Slices.Count: > 0 } kept
        && SliceReadiness.Of(state.FindGpuNode(kept.Node), kept, generation: 0).Readiness == SliceReadiness.Readiness.Ready ? kept.Node : null;

    /// <summary>The pod as it is known, or the answer where it needs no binding any more.</summary>
    private async Task<(PodRecord? Pod, BindOutcome? Settled)> GatherAsync(BindRequest request, CancellationToken cancellation) =>
        state.FindReservation(request.Uid) is not { IsPosted: true } && state.FindPod(request.Uid) is { IsWaiting: true } waiting
            ? (waiting, null)
            : await AskAsync(request, cancellation);

    /// <summary>The pod as it lives, where it waits; else the answer, and the place is given up unless it is the one that the pod is bound to.</summary>
    private async Task<(PodRecord? Pod, BindOutcome? Settled)> AskAsync(BindRequest request, CancellationToken cancellation)
    {
        var live = await client.FindAsync(KubeResources.Pods, request.Namespace, request.Name, cancellation);
        var record = live?.Metadata.Uid == request.Uid ? PodRecords.Of(live) : null;
        if (record is { IsWaiting: true })
        {
            state.TakeBack(request.Uid, time.GetUtcNow() + settings.ReservationTtl);
            return (record, null);
        }

        if (record?.NodeName is null || state.FindReservation(request.Uid)?.Node != record.NodeName)
        {
            state.Release(request.Uid);
        }

        return (null, record switch
        {
            null => new BindOutcome($"pod {request.Namespace}/{request.Name} with uid {request.Uid} does not exist any more"),
            { NodeName: { } node } => node == request.Node ? BindOutcome.Success : new BindOutcome($"pod {record.Key} is bound to {node} already"),
            _ => new BindOutcome($"pod {record.Key} {(record.HasEnded ? "has ended" : "is being deleted")}"),
        });
    }

    private async Task<BindOutcome> PostAsync(BindRequest request, Reservation reservation, CancellationToken cancellation)
    {
        // Old servers bind whichever pod has the name: that it is the one that is meant is seen here.
        if (await AskAsync(request, cancellation) is { Settled: { } settled })
        {
            return settled;
        }

        cancellation.ThrowIfCancellationRequested();
        if (state.Look(reservation) is { IsFine: false } look)
        {
            return cutter.Lost(reservation, look);
        }

        if (!state.TryPost(reservation, time.GetUtcNow() + LongestLag))
        {
            return new BindOutcome($"the place on {request.Node} was kept for {settings.ReservationTtl.TotalSeconds:0.#} s, and that is over");
        }

        var binding = new BindingDocument
        {
            Metadata = new ObjectMeta
            {
                Name = request.Name,
                Namespace = request.Namespace,
                Uid = request.Uid,
                Annotations = reservation.Placement.Slices.Count == 0
                    ? null
                    : new Dictionary<string, string> { [NosKeys.Slices] = reservation.Placement.Promise(reservation.Pod.Demand) },
            },
            Target = new ObjectReference { Kind = "Node", Name = request.Node },
        };
        try
        {
            // Once it is sent it is not recalled: a Binding that may have happened must be known to have.
            await client.BindAsync(binding, CancellationToken.None);
        }
        catch (KubeApiException conflict) when (conflict.IsConflict || conflict.IsNotFound || conflict.IsTransient)
        {
            return await SettleAsync(request, conflict);
        }

        return BindOutcome.Success with { Bound = reservation };
    }

    /// <summary>The server said no, or nothing: what the pod itself says counts.</summary>
    private async Task<BindOutcome> SettleAsync(BindRequest request, KubeApiException refused)
    {
        var (_, settled) = await AskAsync(request, CancellationToken.None);
        return settled ?? BindOutcome.Of(refused);
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Warning, Message = "Binding {Ns}/{Pod} to {Node} failed: {Reason}")]
    private partial void LogFailed(string ns, string pod, string node, string reason);
}
