using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>A slice of a simulated machine.</summary>
/// <param name="Place">What it is and where.</param>
/// <param name="Identity">Another one each time it is made; the UUID of a MIG instance.</param>
internal readonly record struct SimulatedSlice(SlicePlace Place, Guid Identity)
{
    /// <summary>As NVML writes it; <see langword="null"/> for an MPS share, which has none.</summary>
    public string? Uuid => Place.Shape.Profile is null ? null : $"MIG-{Identity}";
}
