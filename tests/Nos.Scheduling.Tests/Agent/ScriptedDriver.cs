using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent;

/// <summary>A simulated machine whose driver does, before each step, what the test says: refuse, wait, or nothing.</summary>
internal sealed class ScriptedDriver : IGpuDriver
{
    private readonly Lock gate = new();
    private readonly List<string> taken = [];

    public ScriptedDriver(GpuModel model, int count = 1) => Machine.Equip(model, count);

    public SimulatedMachine Machine { get; } = new("node-1", null);

    /// <summary>Called with <c>create 0-1g.10gb-3</c> or <c>destroy …</c>; what it returns is waited for.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    public bool IsSilent { get; set; }

    /// <summary>The steps that succeeded, in order.</summary>
    public IReadOnlyList<string> Taken
    {
        get
        {
            lock (gate)
            {
                return [.. taken];
            }
        }
    }

    public string Drawing(int gpu = 0)
    {
        var reading = Machine.Read().Gpus[gpu];
        return reading.Slices.Aggregate(default(SliceMask), (mask, slice) => mask | slice.Shape.Mask).Draw(reading.Model.MemorySlices);
    }

    public ValueTask<MachineReading> ReadAsync(CancellationToken cancellation) =>
        IsSilent ? throw new GpuDriverException("NVML_ERROR_UNINITIALIZED") : ValueTask.FromResult(Machine.Read());

    public ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation) => TakeAsync($"create {place.Id}", () => Machine.Create(place));

    public ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation) => TakeAsync($"destroy {place.Id}", () => Machine.Destroy(place));

    private async ValueTask TakeAsync(string step, Action take)
    {
        await Before(step);
        take();
        lock (gate)
        {
            taken.Add(step);
        }
    }
}
