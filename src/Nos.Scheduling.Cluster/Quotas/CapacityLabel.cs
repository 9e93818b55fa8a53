using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>What the pod label <c>nos.nebuly.com/capacity</c> says. It shows where a pod stands; nothing is decided by it.</summary>
public static class CapacityLabel
{
    /// <summary>Of a pod within what is guaranteed.</summary>
    public const string InQuota = "in-quota";

    /// <summary>Of a pod that uses what is lent.</summary>
    public const string OverQuota = "over-quota";

    /// <summary>The value for a standing.</summary>
    public static string Of(QuotaStanding standing) => standing == QuotaStanding.InQuota ? InQuota : OverQuota;
}
