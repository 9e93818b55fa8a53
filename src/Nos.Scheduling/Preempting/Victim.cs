using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Preempting;

/// <summary>A pod to evict.</summary>
/// <param name="Pod">Which.</param>
/// <param name="Rule">What allows it.</param>
/// <param name="Quota">The quota that it is taken from; <see langword="null"/> where none is over its namespace.</param>
/// <param name="ViolatesBudget">Whether one of its PodDisruptionBudgets allows no more, the victims before it counted.</param>
public sealed record Victim(BoundPod Pod, ReclaimRule Rule, QuotaKey? Quota, bool ViolatesBudget);
