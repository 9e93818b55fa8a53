using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Quotas;

/// <summary>A bound pod as quotas see it.</summary>
/// <param name="Uid">Its identity.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Priority">Its priority; 0 where it has none.</param>
/// <param name="Request">What it asks for. Units as in <see cref="Quota"/>.</param>
public sealed record QuotaPod(string Uid, string Namespace, string Name, DateTimeOffset Created, int Priority, ResourceAmounts Request);
