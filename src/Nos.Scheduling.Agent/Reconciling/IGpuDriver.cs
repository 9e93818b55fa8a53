namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>What cuts the GPUs of one node: NVML with the MPS daemons, or the simulation of both.</summary>
/// <remarks>Calls to one GPU come one after the other, calls to several side by side, and reads at any time.</remarks>
internal interface IGpuDriver
{
    /// <summary>What is there now.</summary>
    /// <exception cref="GpuDriverException">The driver does not answer.</exception>
    ValueTask<MachineReading> ReadAsync(CancellationToken cancellation);

    /// <summary>Makes a slice at exactly this place. When the call returns it is there to stay, whatever happens to this process.</summary>
    /// <exception cref="GpuDriverException">It cannot be made; nothing has changed.</exception>
    ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation);

    /// <summary>Destroys a slice. One that is gone already is no error.</summary>
    /// <exception cref="GpuDriverException">It is in use, or the device refuses; it is still there.</exception>
    ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation);
}
