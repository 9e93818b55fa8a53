namespace Nos.Scheduling.Gpus;

/// <summary>A profile at a start: where an instance is, or could be. What exists has an identity of its own, which changes on re-creation.</summary>
/// <param name="Profile">The shape.</param>
/// <param name="Start">The first memory slice; one of the profile's starts where the placement is legal.</param>
public readonly record struct MigPlacement(MigProfile Profile, int Start)
{
    /// <summary>The memory slices that the placement covers.</summary>
    public SliceMask Slices => SliceMask.Run(Start, Profile.MemorySlices);

    /// <summary>Whether NVML would accept it on an empty GPU.</summary>
    public bool IsLegal => Profile.Starts.Contains(Start);

    /// <inheritdoc/>
    public override string ToString() => $"{Profile.Name}@{Start}";
}
