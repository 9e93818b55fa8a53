using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Server.Extender;

/// <summary>What is known of a pod before any node is looked at.</summary>
/// <param name="Quota">What its quota says, judged once for all nodes; <see cref="Misfit.None"/> where it has no objection.</param>
/// <param name="KeptOn">The node that already keeps slices for it, or <see langword="null"/>: there it fits, whoever else does not.</param>
/// <param name="ClaimedOn">The node where others make way for it, or <see langword="null"/>.</param>
/// <param name="HasOthersClaims">Whether anywhere room is kept for pods that others make way for.</param>
internal readonly record struct PodStanding(Misfit Quota = Misfit.None, string? KeptOn = null, string? ClaimedOn = null, bool HasOthersClaims = false);
