namespace Nos.Scheduling.Quotas;

/// <summary>What a quota says to one more pod, and the figures of the resource that decided it.</summary>
/// <param name="Kind">What.</param>
/// <param name="Quota">Which quota; <see langword="null"/> where none is over the namespace.</param>
/// <param name="Resource">The first resource, by name, that decided; <see langword="null"/> where none did: the pod stays within its min, or is not judged.</param>
/// <param name="Asked">What the pod asks of it. Unit: the resource's, cpu in thousandths.</param>
/// <param name="Used">What its quota uses (<see cref="QuotaVerdictKind.QuotaMaxExceeded"/>) or all that name it in min use together.</param>
/// <param name="Limit">What stands against that: the max, or the sum of all min.</param>
public readonly record struct QuotaVerdict(QuotaVerdictKind Kind, Quota? Quota, string? Resource = null, long Asked = 0, long Used = 0, long Limit = 0)
{
    /// <summary>Whether the pod may have what it asks for.</summary>
    public bool IsAllowed => Kind is not (QuotaVerdictKind.QuotaMaxExceeded or QuotaVerdictKind.NothingToBorrow);
}
