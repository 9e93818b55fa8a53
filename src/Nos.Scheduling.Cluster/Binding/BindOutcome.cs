using Nos.Scheduling.Cluster.Api;
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

    /// <summary>Whether a write was held back because this process may not lead any more: another one knows better.</summary>
    public bool HasLostLead { get; init; }

    /// <summary>It is bound.</summary>
    public static BindOutcome Success { get; } = new(null);

    /// <summary>The API server's no, or the fence's.</summary>
    internal static BindOutcome Of(KubeApiException refused) => new(refused.Message) { HasLostLead = refused.Reason == KubeApiException.NotSent };

    /// <summary>A decision's no.</summary>
    public static BindOutcome Refused(Misfit misfit) => new(misfit.Name(), misfit);
}
