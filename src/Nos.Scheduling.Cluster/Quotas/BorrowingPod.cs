using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>An over-quota pod (rule L1) that has some of a resource.</summary>
/// <param name="Pod">Which.</param>
/// <param name="Quota">Its quota.</param>
/// <param name="Amount">How much it has. Unit: the resource's.</param>
public sealed record BorrowingPod(QuotaPod Pod, QuotaKey Quota, long Amount);
