namespace Nos.Scheduling.Agent.Nvml;

/// <summary>A GPU instance that exists, with what is in it.</summary>
/// <param name="Handle">Good until it is destroyed.</param>
/// <param name="Profile">Which of the device's profiles it is of.</param>
/// <param name="Start">The first memory slice.</param>
/// <param name="Size">Unit: memory slices.</param>
/// <param name="Parts">Its compute instances; none where it is half done.</param>
internal sealed record MigInstance(nint Handle, DeviceProfile Profile, int Start, int Size, IReadOnlyList<MigPart> Parts)
{
    /// <summary>NVML's number of it on its GPU; used again after it is gone.</summary>
    public uint Id { get; init; }

    /// <summary>Whether it was made and has no compute instance yet, or lost it already: nobody can use it.</summary>
    public bool IsHalfDone => Parts.Count == 0;

    /// <summary>Whether a pod can be given it as a whole: one compute instance with all of its slices, though perhaps not with all SMs.</summary>
    public bool IsWhole => Parts is [{ } only] && only.Slices == Profile.Shape.ComputeSlices;

    /// <summary>Whether a process runs in it. One that somebody divided in another way counts as used: it is not ours to give or to take.</summary>
    public bool IsBusy => !IsHalfDone && (!IsWhole || Parts.Any(part => part.HasProcesses));

    /// <summary>Whether it shares a memory slice with that run.</summary>
    public bool Overlaps(int start, int size) => Start < start + size && start < Start + Size;
}
