using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What one node has been asked to cut and has not reported yet. Immutable.</summary>
/// <param name="Generation">The spec generation that asks for all of it.</param>
/// <param name="Open">For whom.</param>
/// <param name="Progress">When something new was heard of it last, as a timestamp; at first when it was asked.</param>
internal sealed record NodeCuts(long Generation, IReadOnlyList<Reservation> Open, long Progress)
{
    /// <summary>Takes out what is there, what cannot be made, what somebody else has got, and what was given up; each of these is progress.</summary>
    internal NodeCutsReview Review(ClusterState state, string node, long now)
    {
        var (open, taken) = (new List<Reservation>(), new List<Reservation>());
        var failed = new List<(Reservation, string)>();
        foreach (var reservation in Open.Where(reservation => ReferenceEquals(state.FindReservation(reservation.Pod.Uid), reservation)))
        {
            var (readiness, detail) = SliceReadiness.Of(state.FindGpuNode(node), reservation, Generation, isWritten: true);
            switch (readiness)
            {
                case SliceReadiness.Readiness.Waiting:
                    open.Add(reservation);
                    break;
                case SliceReadiness.Readiness.Failed:
                    failed.Add((reservation, detail));
                    break;
                case SliceReadiness.Readiness.Taken:
                    taken.Add(reservation);
                    break;
                default:
                    break;
            }
        }

        return new NodeCutsReview(this with { Open = open, Progress = open.Count < Open.Count ? now : Progress }, failed, taken);
    }
}
