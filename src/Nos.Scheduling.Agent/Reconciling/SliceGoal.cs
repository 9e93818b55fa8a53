using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A slice that the spec lists and that the GPU could have, other slices aside.</summary>
/// <param name="Id">As the spec writes it.</param>
/// <param name="Shape">What it takes of its GPU.</param>
/// <param name="Resource">The one name it is advertised under; may be an alias of the profile's.</param>
/// <param name="OwnerUid">The uid of the pod it was cut for; <see langword="null"/> for nobody in particular.</param>
internal sealed record SliceGoal(string Id, SliceShape Shape, SliceResource Resource, string? OwnerUid)
{
    /// <summary>Whether a bound pod was started with it and it is gone: it is made before all others.</summary>
    public bool IsOwed { get; init; }
}
