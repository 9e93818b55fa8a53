using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Nodes;

/// <summary>What a slice takes of its GPU: a MIG placement or an MPS share.</summary>
/// <param name="Profile">The MIG profile; <see langword="null"/> for an MPS share.</param>
/// <param name="Start">MIG: the first memory slice. MPS: the number that tells shares of one size apart, from 1.</param>
/// <param name="MemoryGB">Unit: GB; of a MIG profile the GB of its name.</param>
public readonly record struct SliceShape(MigProfile? Profile, int Start, int MemoryGB)
{
    /// <summary>The memory slices that it covers; empty for an MPS share.</summary>
    public SliceMask Mask => Profile is null ? default : SliceMask.Run(Start, Profile.MemorySlices);

    /// <summary>A MIG instance at a place.</summary>
    public static SliceShape Mig(MigProfile profile, int start) => new(profile, start, profile.Parts.MemoryGB);

    /// <summary>An MPS share.</summary>
    public static SliceShape Mps(int memoryGB, int number) => new(null, number, memoryGB);

    /// <summary>The slice's id on that GPU, <c>0-1g.10gb-3</c> or <c>0-10gb-1</c>.</summary>
    public string IdOn(int gpu) => $"{gpu}-{Written}-{Start}";

    /// <summary>The slice as promises write it, <c>0/1g.10gb@3</c> or <c>0/10gb#1</c>.</summary>
    public string PromiseOn(int gpu) => $"{gpu}/{Written}{(Profile is null ? '#' : '@')}{Start}";

    private string Written => Profile is null ? $"{MemoryGB}gb" : SliceResource.Written(Profile.Name);
}
