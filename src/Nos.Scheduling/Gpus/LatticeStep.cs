namespace Nos.Scheduling.Gpus;

/// <summary>One placement in a <see cref="GpuLattice"/>.</summary>
/// <param name="Shape">The place in <see cref="GpuLattice.Shapes"/>.</param>
/// <param name="To">The state that it leads to.</param>
internal readonly record struct LatticeStep(int Shape, int To);
