using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <content>How places are kept for pods that are on their way.</content>
public sealed partial class ClusterState
{
    /// <summary>Judges the pod on the newest state and keeps its place, in one step that no other bind can come between.</summary>
    /// <param name="pod">The pod; of the newest state where it is known there.</param>
    /// <param name="node">The node.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="until">When the reservation ends if nothing comes of it.</param>
    /// <returns>The reservation: a pod has at most one, the same node's is renewed, another node's is given up. Or why not.</returns>
    public (Reservation? Reservation, Misfit Misfit) Reserve(PodRecord pod, string node, PlacementPolicy policy, DateTimeOffset until)
    {
        lock (gate)
        {
            if (QuotaMisfits.Of(JudgeAgain(pod).Kind) is var refused and not Misfit.None)
            {
                records.GiveUp(pod.Uid);
                Publish();
                return (null, refused);
            }

            var obstacle = ObstacleOf(node, pod);
            var kept = records.FindReservation(pod.Uid) is { } known && known.Node == node ? known.Placement : RestoredPlacement.Of(current.Find(node), pod);
            if (kept is not null && obstacle is not (Misfit.None or Misfit.NodeNotManaged))
            {
                // It passes, and the slices will be there: the place stays until its time is up.
                return (null, obstacle);
            }

            if (kept is not null && obstacle == Misfit.None && Keep(new Reservation(pod, node, kept, until)) is { } renewed)
            {
                return (renewed, Misfit.None);
            }

            records.GiveUp(pod.Uid);
            Publish();
            var (placement, misfit) = BindJudge.Judge(current.Find(node), pod, policy, prices, records.Claims.Find(pod.Uid)?.Node == node);
            return placement is null ? (null, misfit)
                : Keep(new Reservation(pod, node, placement, until)) is { } reservation ? (reservation, Misfit.None)
                : (null, Misfit.NoOpenPlacement);
        }
    }

    /// <summary>Keeps just that place for a pod that a plan has put there, if it is still to be had on the newest state; any earlier place is given up.</summary>
    /// <param name="uid">The pod.</param>
    /// <param name="node">The node.</param>
    /// <param name="placement">Where the plan put its slices.</param>
    /// <param name="until">When the reservation ends if nothing comes of it.</param>
    /// <returns><see langword="null"/> where the place is gone, or the pod waits for none any more; nothing is kept for it then.</returns>
    public Reservation? ReservePlanned(string uid, string node, NodePlacement placement, DateTimeOffset until)
    {
        lock (gate)
        {
            // With a Binding on its way the pod has its place, whatever a plan says.
            if (records.Pods.Find(uid) is not { IsWaiting: true } pod || records.FindReservation(uid) is { IsPosted: true })
            {
                return null;
            }

            records.GiveUp(uid);
            Publish();
            return JudgeAgain(pod).IsAllowed
                && current.Find(node) is { Obstacle: Misfit.None } target && target.Room.Holds(pod.Demand.Room) && target.Others.FirstMissing(pod.Demand.Others) is null
                && PlacementTaking.Take(target, placement, pod.Demand, uid) is var (_, taken)
                    ? Keep(new Reservation(pod, node, taken, until))
                    : null;
        }
    }

    /// <summary>How things stand with a reservation.</summary>
    public ReservationLook Look(Reservation reservation) => Read(() => new ReservationLook(
        records.FindReservation(reservation.Pod.Uid) is { } now && now.Node == reservation.Node && ReferenceEquals(now.Placement, reservation.Placement),
        HasSlices(reservation),
        ObstacleOf(reservation.Node, reservation.Pod),
        current.Find(reservation.Node)?.ObstacleDetail,
        records.GpuNodes.GetValueOrDefault(reservation.Node)));

    /// <summary>
    /// Whether the spec says of one of the slices that it is kept for another pod, which still waits: it has its place elsewhere, and only this server
    /// knows. The one after it would believe the spec.
    /// </summary>
    public bool KeepsForAnother(Reservation reservation) => Read(() => records.GpuNodes.GetValueOrDefault(reservation.Node) is { } gpuNode
        && SliceOwners.AnyOther(gpuNode, reservation, records.Pods.Find, time.GetUtcNow()));

    /// <summary>Gives a pod's place up.</summary>
    public void Release(string uid) => Write(() => records.GiveUp(uid));

    /// <summary>To be asked right before a Binding is sent. From then on the place is given up only when the pod is seen bound or gone, or by <see cref="TakeBack"/>.</summary>
    /// <param name="reservation">As <see cref="Reserve"/> gave it.</param>
    /// <param name="until">By when the informer will have told what became of the pod.</param>
    /// <returns>Whether the place still is the pod's. If not, its time ran out meanwhile, or it was given up, and another may have it.</returns>
    public bool TryPost(Reservation reservation, DateTimeOffset until) => Read(() => records.TryPost(reservation, until));

    /// <summary>The Binding was sent in vain, the pod still waits: its place is kept until then, and may be given up.</summary>
    public void TakeBack(string uid, DateTimeOffset until) => Write(() => records.TakeBack(uid, until));

    /// <summary>Why nothing may be bound there now. A node that rests because of this very pod's cut still keeps its place. A pod without slices is the scheduler's alone to judge.</summary>
    private Misfit ObstacleOf(string name, PodRecord pod) =>
        !pod.Demand.AsksForSlices ? Misfit.None
        : current.Find(name)?.Obstacle is not { } obstacle ? Misfit.NodeNotManaged
        : obstacle == Misfit.PartitioningBackoff ? Misfit.None
        : obstacle;

    private bool HasSlices(Reservation reservation)
    {
        var node = current.Find(reservation.Node);
        return reservation.Placement.Slices.All(placed => node?.FindGpu(placed.Gpu)?.Slices
            .Any(slice => slice.Shape == placed.Shape && slice.Hold == SliceHold.Reserved && slice.OwnerUid == reservation.Pod.Uid) ?? false);
    }

    /// <summary>Enters the reservation and sees whether the node really has all its slices for the pod; if not, takes it out again.</summary>
    private Reservation? Keep(Reservation reservation)
    {
        records.Put(reservation);
        Publish();
        if (HasSlices(reservation))
        {
            return reservation;
        }

        records.GiveUp(reservation.Pod.Uid);
        Publish();
        return null;
    }

    /// <summary>The claim by which others make way for the pod, or <see langword="null"/>. Takes no lock.</summary>
    public ReclaimClaim? FindClaim(string uid) => records.Claims.Find(uid);

    /// <summary>The pods that others make way for, each with its claim, in no order.</summary>
    public IReadOnlyList<(PodRecord Pod, ReclaimClaim Claim)> Claims() => Read(IReadOnlyList<(PodRecord, ReclaimClaim)> () =>
        [.. records.Claims.All.Select(claim => (Pod: records.Pods.Find(claim.Key), claim.Value)).Where(claim => claim.Pod is not null).Select(claim => (claim.Pod!, claim.Value))]);

    /// <summary>From now on, room on a node is kept for the pod, as far as it is free; with <see langword="null"/> no more. A pod that does not wait claims nothing.</summary>
    public void SetClaim(string uid, ReclaimClaim? claim) =>
        Write(() => records.SetClaim(uid, claim));

    /// <summary>The cluster as it would be if the pod claimed nothing; the newest where it does not.</summary>
    public ClusterSnapshot CurrentWithoutClaimOf(string uid) => Read(() => records.Claims.Find(uid) is { IsRest: false } claim
        ? SnapshotBuilder.Replace(current, [claim.Node], name => records.Assemble(name, withoutClaimOf: uid))
        : current);

    /// <summary>Whether any room is kept for pods that others make way for. Takes no lock.</summary>
    public bool HasClaims => records.Claims.IsAny;

    /// <summary>Whether all that the pod claims is there for it now.</summary>
    public bool HasClaimedRoom(string uid) => Read(() => records.Claims.Find(uid) is { IsRest: false } claim && records.Pods.Find(uid) is { IsWaiting: true } pod
        && current.Find(claim.Node) is { } node
        && (!pod.Demand.AsksForSlices || RestoredPlacement.Of(node, pod) is not null)
        && (records.FindReservation(uid) is not null || ((node.Room + pod.Demand.Room).Holds(pod.Demand.Room) && (node.Others + pod.Demand.Others).FirstMissing(pod.Demand.Others) is null)));
}
