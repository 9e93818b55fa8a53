using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>What the operator decided about the admission of pods.</summary>
/// <param name="SchedulerName">Set on pods that ask for slices; empty: pods keep theirs.</param>
/// <param name="DefaultMode">The mode where neither pod nor namespace names one; <see langword="null"/>: whichever wastes less.</param>
/// <param name="MpsUid">The uid of MPS containers that name none.</param>
/// <param name="Identity">Our own user name, who alone may write our keys; <see langword="null"/> or empty where it is unknown: then nobody may.</param>
/// <param name="Namespace">The namespace that we live in, which is left alone.</param>
public sealed record AdmissionSettings(
    string SchedulerName = "",
    PartitioningMode? DefaultMode = null,
    long MpsUid = 1000,
    string? Identity = null,
    string Namespace = "nos-system")
{
    /// <summary>The shared schedulers whose pods under a quota are marked, so that they come here though they ask for no slice; none: nobody is.</summary>
    public IReadOnlyList<string> MarkedSchedulers { get; init; } = [];
}
