namespace Nos.Scheduling.Planning;

/// <summary>Numbers the kinds of a batch's pods, so that a search compares and remembers numbers.</summary>
internal sealed class PodKinds
{
    private readonly Dictionary<string, int> kinds = new(StringComparer.Ordinal);

    /// <param name="pods">The batch; kinds are numbered in this order.</param>
    internal PodKinds(IEnumerable<PendingPod> pods)
    {
        var known = new Dictionary<PodKind, int>();
        foreach (var pod in pods)
        {
            var kind = PodKind.Of(pod);
            known.TryAdd(kind, known.Count);
            kinds[pod.Uid] = known[kind];
        }
    }

    /// <summary>The pod's kind, from 0.</summary>
    internal int Of(PendingPod pod) => kinds[pod.Uid];
}
