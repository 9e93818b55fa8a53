using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What one node has been asked to cut and has not reported yet. Immutable.</summary>
/// <param name="Generation">The spec generation that asks for all of it.</param>
/// <param name="Open">For whom.</param>
/// <param name="Progress">When something new was heard of it last, as a timestamp; at first when it was asked.</param>
internal sealed record NodeCuts(long Generation, IReadOnlyList<Reservation> Open, long Progress)
{
    /// <summary>Takes out what is there, what cannot be made, what is to be had no more, and what was given up; each of these is progress.</summary>
    internal NodeCutsReview Review(ClusterState state, long now)
    {
        var (open, made, lost) = (new List<Reservation>(), new List<Reservation>(), new List<Reservation>());
        var failed = new List<(Reservation, string)>();
        foreach (var reservation in Open)
        {
            var look = state.Look(reservation);
            if (!look.IsFine)
            {
                lost.AddRange(look.IsKept ? [reservation] : []);
                continue;
            }

            var (readiness, detail) = SliceReadiness.Of(look.GpuNode, reservation, Generation);
            switch (readiness)
            {
                case SliceReadiness.Readiness.Waiting:
                    open.Add(reservation);
                    break;
                case SliceReadiness.Readiness.Ready:
                    made.Add(reservation);
                    break;
                case SliceReadiness.Readiness.Failed:
                    failed.Add((reservation, detail));
                    break;
                default:
                    lost.Add(reservation);
                    break;
            }
        }

        return new NodeCutsReview(this with { Open = open, Progress = open.Count < Open.Count ? now : Progress }, made.Count > 0, failed, lost);
    }
}
