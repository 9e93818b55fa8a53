using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>One GPU of a session: looked at and cut through one lane.</summary>
internal sealed class MigGpu : IDisposable
{
    private readonly GpuLane lane = new();
    private readonly MigPermission permission;
    private NvmlDevice? device;
    private DeviceFacts? facts;
    private (bool, bool)? mode;
    private volatile GpuSight sight;

    /// <summary>Takes the GPU over; no call is made.</summary>
    /// <param name="index">NVML's index.</param>
    /// <param name="device">Its handle; <see langword="null"/> where it is lost.</param>
    /// <param name="fault">Why there is no handle.</param>
    /// <param name="before">What an earlier session saw of it; a lost GPU still shows that.</param>
    /// <param name="permission">Whether its MIG mode may be switched on.</param>
    public MigGpu(uint index, NvmlDevice? device, NvmlException? fault, GpuSight before, MigPermission permission)
    {
        (Index, this.device, this.permission) = (index, device, permission);
        sight = before with { Fault = fault };
    }

    /// <summary>NVML's index.</summary>
    public uint Index { get; }

    /// <summary>What was seen last.</summary>
    public GpuSight Sight => sight;

    /// <summary>Whether a call to it is going on.</summary>
    public bool IsBusy => lane.IsTaken;

    /// <summary>Looks at the GPU; while something is going on there, returns what was seen before that.</summary>
    /// <exception cref="NvmlException">The failure reaches beyond this GPU.</exception>
    public async Task<GpuSight> LookAsync(CancellationToken cancellation) => lane.TryRun(Look) is { } looking ? await looking
        : sight.Facts is null ? await lane.RunAsync(Look, cancellation)
        : sight;

    /// <summary>Makes an instance.</summary>
    /// <exception cref="GpuDriverException">It cannot be made there.</exception>
    /// <exception cref="NvmlException">The device refuses.</exception>
    public Task CreateAsync(SlicePlace place, CancellationToken cancellation) => StepAsync(
        (known, _) =>
        {
            if (MigModeSwitch.EnsureOn(known, permission.Covers(facts!.Uuid)))
            {
                // The device may have been reset: its handle and its profiles are another's.
                device = NvmlSession.DeviceAt(Index);
                facts = null;
                Recognise(device.Value);
            }

            MigCutter.Create(device!.Value, facts!, place);
        },
        cancellation);

    /// <summary>Destroys an instance.</summary>
    /// <exception cref="GpuDriverException">It is in use.</exception>
    /// <exception cref="NvmlException">The device refuses.</exception>
    public Task DestroyAsync(SlicePlace place, CancellationToken cancellation) =>
        StepAsync((known, what) => MigCutter.Destroy(known, what, place), cancellation);

    /// <summary>Waits until no call is going on.</summary>
    public Task FinishAsync() => lane.RunAsync(() => true, CancellationToken.None);

    /// <inheritdoc/>
    public void Dispose() => lane.Dispose();

    private Task<GpuSight> StepAsync(Action<NvmlDevice, DeviceFacts> step, CancellationToken cancellation) => lane.RunAsync(
        () =>
        {
            if (device is not { } known)
            {
                throw sight.Fault ?? new NvmlException("nvmlDeviceGetHandleByIndex_v2", NvmlReturn.GpuIsLost);
            }

            try
            {
                Recognise(known);
                step(known, facts!);
            }
            finally
            {
                // Also after a failure: a report must show what has become of it.
                LookAfterStep();
            }

            return sight;
        },
        cancellation);

    private void LookAfterStep()
    {
        try
        {
            Look();
        }
        catch (NvmlException)
        {
            // The step's own failure says it, or the next look does.
        }
    }

    private GpuSight Look()
    {
        if (device is not { } known)
        {
            return sight;
        }

        try
        {
            Recognise(known);
            var instances = mode is (true, _) ? MigInstanceReader.Read(known, facts!) : [];
            return sight = new GpuSight(facts, instances, MigModeSwitch.Obstacle(Index, mode, permission.Covers(facts!.Uuid)), null)
            {
                IsMigOn = mode is (true, _),
                ShareObstacle = MigModeSwitch.ObstacleToSharing(Index, mode),
            };
        }
        catch (NvmlException failure) when (NvmlReaction.To(failure).Remedy == NvmlRemedy.DistrustGpu)
        {
            return sight = sight with { Fault = failure };
        }
    }

    /// <summary>Profiles last as long as the MIG mode they were read in.</summary>
    private void Recognise(NvmlDevice known)
    {
        var now = known.MigMode;
        if (facts is null || now != mode)
        {
            facts = DeviceFactsReader.Read(known);
            mode = now;
        }
    }
}
