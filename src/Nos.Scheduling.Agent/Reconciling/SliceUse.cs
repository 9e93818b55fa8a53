namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Who uses a slice.</summary>
/// <param name="Pod">As the status writes it: <c>namespace/pod/container</c>.</param>
/// <param name="PodUid">The pod's uid; <see langword="null"/> where it is not known.</param>
internal sealed record SliceUse(string Pod, string? PodUid);
