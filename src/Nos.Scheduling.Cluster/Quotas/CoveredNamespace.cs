using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>A namespace that a quota names, as it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Exists">Whether it is there.</param>
/// <param name="Ruler">The quota that rules it; <see langword="null"/> where none does.</param>
public sealed record CoveredNamespace(string Name, bool Exists, QuotaKey? Ruler);
