namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What is kept for pods that are not bound yet (<c>for</c>) is kept, not for longer than it may be, and not for too many.</summary>
internal sealed class ReservationRules(ClusterSeen cluster, CheckerSettings settings)
{
    /// <summary>Clocks, and the time between the decision and its write.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(15);

    public IEnumerable<Violation> Judge()
    {
        foreach (var (gpuNode, slice) in cluster.GpuNodes.Values.SelectMany(gpuNode => gpuNode.Wanted.Select(slice => (gpuNode, slice))))
        {
            if (slice.Until > cluster.At + settings.ReservationTtl + Slack)
            {
                yield return new Violation(Invariant.ReservedTooLong, $"{slice.Id} of {gpuNode.Name} for {slice.For} until {slice.Until:O}");
            }
        }

        var kept = cluster.Reservations().ToList();
        foreach (var (gpuNode, slice, waiting) in kept)
        {
            // What a pod that was bound past us is promised is what kubelet gave it, whoever it was kept for.
            var promised = cluster.Holding[gpuNode.Name]
                .Where(pod => pod != waiting && !settings.BoundByHand.Contains(pod.Key) && (pod.Promises ?? []).Any(promise => promise.Id == slice.Id)).ToList();
            if (promised.Count > 0)
            {
                yield return new Violation(Invariant.ReservationIgnored, $"{slice.Id} of {gpuNode.Name} is kept for {waiting.Key} and was promised to {promised[0].Key}");
            }
        }

        foreach (var like in kept.GroupBy(one => (one.Pod, one.GpuNode.Name, Resource: one.GpuNode.ResourceOf(one.Slice))))
        {
            if (like.Count() > like.Key.Pod.Needs.GetValueOrDefault(like.Key.Resource))
            {
                yield return new Violation(Invariant.ReservedTooMany, $"{like.Key.Pod.Key} on {like.Key.Name}: {string.Join(", ", like.Select(one => one.Slice.Id))}");
            }
        }
    }

    /// <summary>Of a cluster at rest; in motion the second bind of a pod comes before the first node's spec forgets it.</summary>
    public IEnumerable<Violation> JudgeAtRest() => cluster.Reservations()
        .GroupBy(one => one.Pod)
        .Where(pod => pod.Select(one => one.GpuNode).Distinct().Count() > 1)
        .Select(pod => new Violation(Invariant.ReservedOnTwoNodes, $"{pod.Key.Key}: {string.Join(", ", pod.Select(one => $"{one.Slice.Id} of {one.GpuNode.Name}"))}"));
}
