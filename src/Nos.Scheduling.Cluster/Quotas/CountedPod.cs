using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A bound pod that has not ended, as its quota's status and labels see it.</summary>
/// <param name="Pod">The pod and what it asks for.</param>
/// <param name="IsRunning">Whether it runs.</param>
/// <param name="Capacity">What its label <c>nos.nebuly.com/capacity</c> says; <see langword="null"/> where it has none.</param>
public sealed record CountedPod(QuotaPod Pod, bool IsRunning, string? Capacity);
