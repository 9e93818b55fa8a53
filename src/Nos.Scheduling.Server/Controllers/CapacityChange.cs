using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>A bound pod whose label <c>nos.nebuly.com/capacity</c> does not say where it stands.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Label">What it is to say; <see langword="null"/>: it is to go.</param>
internal sealed record CapacityChange(QuotaPod Pod, string? Label);
