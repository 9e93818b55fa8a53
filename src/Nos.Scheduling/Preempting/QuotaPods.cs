using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>A quota with its bound pods.</summary>
internal sealed class QuotaPods
{
    private readonly List<BoundPod> pods = [];
    private HashSet<string>? over;

    /// <param name="quota">The quota.</param>
    /// <param name="space">One of the namespaces that it rules.</param>
    /// <param name="number">Its number among those that have pods, from 0.</param>
    internal QuotaPods(Quota quota, string space, int number) => (Quota, Space, Number) = (quota, space, number);

    internal Quota Quota { get; }

    internal string Space { get; }

    internal int Number { get; }

    internal void Add(BoundPod pod) => pods.Add(pod);

    /// <summary>
    /// Whether the pod is over quota (rule L1), and stays so when those that are terminating have gone: what is in quota before or after is not taken by
    /// other quotas.
    /// </summary>
    internal bool IsOver(Occupant pod) => pod.IsOver ??= (over ??= WorkOut()).Contains(pod.Uid);

    private HashSet<string> WorkOut()
    {
        var now = Over(pods.Select(pod => pod.Pod));
        if (pods.Exists(pod => pod.IsTerminating))
        {
            now.IntersectWith(Over(pods.Where(pod => !pod.IsTerminating).Select(pod => pod.Pod)));
        }

        return now;
    }

    private HashSet<string> Over(IEnumerable<QuotaPod> counted) => QuotaStandings.Of(Quota, counted)
        .Where(standing => standing.Standing == QuotaStanding.OverQuota)
        .Select(standing => standing.Pod.Uid)
        .ToHashSet(StringComparer.Ordinal);
}
