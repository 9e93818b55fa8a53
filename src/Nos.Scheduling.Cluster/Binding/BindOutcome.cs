using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>What became of a bind.</summary>
/// <param name="Error">Why the pod was not bound; <see langword="null"/> where it is, now or already.</param>
/// <param name="Misfit">The reason where it was a decision; <see cref="Misfit.None"/> else.</param>
public readonly record struct BindOutcome(string? Error, Misfit Misfit = Misfit.None)
{
    /// <summary>Where the pod's slices are; <see langword="null"/> where it asked for none or was bound before.</summary>
    public Reservation? Bound { get; init; }

    /// <summary>How long the call waited for slices to be cut.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>It is bound.</summary>
    public static BindOutcome Success { get; } = new(null);

    /// <summary>A decision's no.</summary>
    public static BindOutcome Refused(Misfit misfit) => new(misfit.Name(), misfit);
}
