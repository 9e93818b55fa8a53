using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>That a quota came, changed or went.</summary>
/// <param name="Key">Which.</param>
/// <param name="Touched">The namespaces that it names now or named before; empty where only its status, or metadata that does not matter, is another.</param>
public sealed record QuotaNews(QuotaKey Key, IReadOnlyList<string> Touched);
