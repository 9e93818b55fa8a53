using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A quota that is above its min in a resource.</summary>
/// <param name="Quota">Which.</param>
/// <param name="Borrowed">By how much. Unit: the resource's.</param>
public sealed record QuotaBorrower(QuotaKey Quota, long Borrowed);
