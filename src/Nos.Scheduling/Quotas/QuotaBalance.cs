namespace Nos.Scheduling.Quotas;

/// <summary>How a quota stands in one resource. Unit: the resource's, as in <see cref="Quota"/>.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Min">What is guaranteed; <see langword="null"/> where min does not name it: then nothing is borrowed, lent or shared either.</param>
/// <param name="Max">What it may have at most; <see langword="null"/> where max does not name it.</param>
/// <param name="Assigned">What its pods have.</param>
/// <param name="Borrowed">What of that is above min: max(0, assigned - min).</param>
/// <param name="Lent">What of its min others use: see <see cref="QuotaPool.Lent"/>.</param>
/// <param name="FairShare">What it has of all idle by right beyond its min. Rule F1.</param>
public sealed record QuotaBalance(string Resource, long? Min, long? Max, long Assigned, long Borrowed, long Lent, long FairShare);
