namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>All GPUs of a node as the driver shows them at one moment.</summary>
/// <param name="Driver">The driver's version, or <c>simulated</c>.</param>
/// <param name="Gpus">By index.</param>
internal sealed record MachineReading(string Driver, IReadOnlyList<GpuReading> Gpus)
{
    /// <summary>A machine that shows nothing.</summary>
    public static MachineReading Nothing { get; } = new("", []);

    /// <summary>The GPU of that index, or <see langword="null"/>.</summary>
    public GpuReading? Find(int index) => Gpus.FirstOrDefault(gpu => gpu.Index == index);
}
