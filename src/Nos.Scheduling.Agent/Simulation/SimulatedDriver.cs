using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Drives a simulated machine as NVML drives a real one: it takes its time, and now and then it fails.</summary>
/// <param name="node">The node's name.</param>
/// <param name="machine">The machine.</param>
/// <param name="latency">How long making or destroying a slice takes.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="time">The clock.</param>
internal sealed class SimulatedDriver(string node, SimulatedMachine machine, TimeSpan latency, SimulatedFaults faults, TimeProvider time) : IGpuDriver
{
    /// <summary>How often a call that hangs looks whether the fault is over.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public ValueTask<MachineReading> ReadAsync(CancellationToken cancellation) => ValueTask.FromResult(machine.Read());

    /// <inheritdoc/>
    public async ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation)
    {
        await PassAsync("make", place, now => now.Create, cancellation);
        machine.Create(place);
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation)
    {
        await PassAsync("destroy", place, now => now.Destroy, cancellation);
        machine.Destroy(place);
    }

    private async ValueTask PassAsync(string what, SlicePlace place, Func<NodeFaults, StepFault> faultOf, CancellationToken cancellation)
    {
        if (latency > TimeSpan.Zero)
        {
            await Task.Delay(latency, time, cancellation);
        }

        while (faultOf(faults.Of(node)) == StepFault.Hang)
        {
            await Task.Delay(Breath, time, cancellation);
        }

        if (faultOf(faults.Of(node)) == StepFault.Refuse)
        {
            throw new GpuDriverException($"The simulated driver refuses to {what} {place.Id}, as the faults file says.");
        }
    }
}
