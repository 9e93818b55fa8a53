using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>All that is known of one node, gathered at one moment, for <see cref="NodeAssembler"/>.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Node">The node, or <see langword="null"/> where only its GpuNode is left.</param>
/// <param name="GpuNode">Its GpuNode, or <see langword="null"/>.</param>
/// <param name="Pods">The pods bound to it that have not ended.</param>
/// <param name="Reservations">What is kept on it.</param>
/// <param name="IsAgentAlive">Whether its agent's Lease has not run out by our own clock.</param>
/// <param name="Rest">The pause that it takes after a cut failed here, or <see langword="null"/>.</param>
/// <param name="FindPod">A pod by uid, or <see langword="null"/> where there is none.</param>
/// <param name="Now">The moment.</param>
public sealed record NodeFacts(
    string Name,
    NodeDocument? Node,
    GpuNodeDocument? GpuNode,
    IReadOnlyCollection<PodRecord> Pods,
    IReadOnlyList<Reservation> Reservations,
    bool IsAgentAlive,
    NodeRest? Rest,
    Func<string, PodRecord?> FindPod,
    DateTimeOffset Now)
{
    /// <summary>Whether this server has decided about the pod of that uid: then the owners that a spec names for it are older, and do not count.</summary>
    public Func<string, bool> IsDecided { get; init; } = _ => false;

    /// <summary>
    /// Whether another server decides, too. Then the owners in specs count before our own reservations, also those of pods that are not known here (yet).
    /// </summary>
    public bool IsContested { get; init; }

    /// <summary>Whether a pod that is not found was seen to go.</summary>
    public Func<string, bool> IsGone { get; init; } = _ => true;

    /// <summary>The room on it that is kept for pods that others make way for, oldest claim first.</summary>
    public IReadOnlyList<ClaimedRoom> Claims { get; init; } = [];
}
