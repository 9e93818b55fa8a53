namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>The MIG instance that a pod was started with.</summary>
/// <param name="Use">Who.</param>
/// <param name="Uuid">The instance's UUID then; that of the instance at its place now may be another.</param>
internal sealed record StartedSlice(SliceUse Use, string Uuid);
