using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>How a bind goes about it.</summary>
/// <param name="BindWait">How long a bind waits for slices to be cut and advertised.</param>
/// <param name="ReservationTtl">How long a place is kept for a pod that is not bound yet.</param>
/// <param name="Policy">By what a place is preferred.</param>
public sealed record BinderSettings(TimeSpan BindWait, TimeSpan ReservationTtl, PlacementPolicy Policy);
