namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>The steps to take about one GPU, in order: removals, then additions.</summary>
/// <param name="Gpu">NVML's index.</param>
/// <param name="Steps">No refusals among them.</param>
internal sealed record GpuWork(int Gpu, IReadOnlyList<SliceStep> Steps)
{
    /// <summary>The slices that the steps are about.</summary>
    public IEnumerable<SlicePlace> Places => Steps.Select(step => step.PlaceOn(Gpu));
}
