using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Preempting;

/// <summary>What is decided for a pod that waits for room.</summary>
/// <param name="Kind">What.</param>
/// <param name="Node">The node where it has room or gets it; <see langword="null"/> with <see cref="ReclaimKind.Nothing"/>.</param>
/// <param name="Placement">Where its slices go there, once those have gone who go; <see langword="null"/> with <see cref="ReclaimKind.Nothing"/>.</param>
/// <param name="Victims">Whom to evict, the most dispensable first: lower priority, less running time lost, namespace, name, uid.</param>
/// <param name="WaitsForOthers">Whether pods have to go, too, that are terminating already.</param>
/// <param name="Obstacle">Why nobody is evicted.</param>
/// <param name="Reason">The same in words, for people.</param>
public sealed record ReclaimDecision(
    ReclaimKind Kind, string? Node, NodePlacement? Placement, IReadOnlyList<Victim> Victims, bool WaitsForOthers, ReclaimObstacle Obstacle, string Reason)
{
    /// <summary>Room without any eviction.</summary>
    internal static ReclaimDecision HasRoom(string node, NodePlacement placement, bool isToCome) => new(
        ReclaimKind.HasRoom, node, placement, [], isToCome, ReclaimObstacle.None,
        isToCome ? $"{node} will have room when pods that are terminating have gone" : $"{node} has room");

    /// <summary>No room, and nobody to take it from.</summary>
    internal static ReclaimDecision Nothing(ReclaimObstacle obstacle, string reason) => new(ReclaimKind.Nothing, null, null, [], false, obstacle, reason);
}
