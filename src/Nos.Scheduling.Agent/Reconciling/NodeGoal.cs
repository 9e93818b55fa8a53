namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What a node's GPUs should be cut into.</summary>
/// <param name="Gpus">By index, at most one of each; those not in it are left alone.</param>
/// <param name="Refused">Entries of the spec that can never be carried out as they are.</param>
internal sealed record NodeGoal(IReadOnlyList<GpuGoal> Gpus, IReadOnlyList<SliceRefusal> Refused)
{
    /// <summary>Every GPU is left alone.</summary>
    public static NodeGoal TouchNothing { get; } = new([], []);

    /// <summary>The goal of that GPU, or <see langword="null"/>.</summary>
    public GpuGoal? Find(int index) => Gpus.FirstOrDefault(gpu => gpu.Index == index);
}
