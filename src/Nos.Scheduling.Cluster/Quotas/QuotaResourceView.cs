using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>One resource of a quota as people and programs are shown it.</summary>
/// <param name="Balance">By the ledger, of bound pods that have not ended; places kept for pods on their way do not count.</param>
/// <param name="Used">What of the assigned runs: the requests of pods in phase Running. Unit: as in quotas.</param>
public sealed record QuotaResourceView(QuotaBalance Balance, long Used);
