using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>Which of a quota's pods are in it and which over it. Rule L1: computed, never read from labels, which users can write.</summary>
public static class QuotaStandings
{
    /// <summary>What pods use of GPU memory counts first where requests are compared. Unit: GB.</summary>
    public const string GpuMemory = "nos.nebuly.com/gpu-memory";

    /// <summary>
    /// Each pod with where it stands, in order of creation, then higher priority, smaller request (<see cref="GpuMemory"/> first, then the quota's other
    /// resources by name), name, namespace and uid. A pod too large for what is left of min is over the quota, and later smaller ones may be in it.
    /// </summary>
    /// <param name="quota">The quota.</param>
    /// <param name="pods">Its bound pods that have not ended, in any order.</param>
    public static IReadOnlyList<(QuotaPod Pod, QuotaStanding Standing)> Of(Quota quota, IEnumerable<QuotaPod> pods)
    {
        var standings = new List<(QuotaPod Pod, QuotaStanding Standing)>();
        var left = quota.Min.All.Select(guaranteed => (Int128)guaranteed.Amount).ToArray();
        foreach (var pod in pods.Order(new Seniority(quota)))
        {
            standings.Add((pod, Take(quota.Min, left, pod.Request) ? QuotaStanding.InQuota : QuotaStanding.OverQuota));
        }

        return standings;
    }

    /// <summary>Takes what is asked from what is left of min, where all of it is there.</summary>
    private static bool Take(ResourceAmounts min, Int128[] left, ResourceAmounts asked)
    {
        for (var at = 0; at < left.Length; at++)
        {
            if (asked[min.All[at].Name] > left[at])
            {
                return false;
            }
        }

        for (var at = 0; at < left.Length; at++)
        {
            left[at] -= asked[min.All[at].Name];
        }

        return true;
    }

    private sealed class Seniority(Quota quota) : IComparer<QuotaPod>
    {
        private readonly string[] resources =
        [
            GpuMemory,
            .. quota.Min.All.Concat(quota.Max.All).Select(amount => amount.Name).Where(name => name != GpuMemory).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];

        public int Compare(QuotaPod? x, QuotaPod? y)
        {
            var (left, right) = (x!, y!);
            var order = left.Created.CompareTo(right.Created);
            order = order != 0 ? order : right.Priority.CompareTo(left.Priority);
            for (var at = 0; order == 0 && at < resources.Length; at++)
            {
                order = left.Request[resources[at]].CompareTo(right.Request[resources[at]]);
            }

            order = order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
            order = order != 0 ? order : string.CompareOrdinal(left.Namespace, right.Namespace);
            return order != 0 ? order : string.CompareOrdinal(left.Uid, right.Uid);
        }
    }
}
