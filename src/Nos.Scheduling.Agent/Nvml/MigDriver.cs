using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Nvml;

/// <summary>Drives the GPUs of this machine through NVML: MIG instances at exact places.</summary>
/// <param name="permission">Where MIG mode may be switched on.</param>
/// <param name="logger">Told of sessions that open and end, and of XID errors.</param>
/// <param name="watchesXids">Whether to wait for XID errors.</param>
internal sealed partial class MigDriver(MigPermission permission, ILogger logger, bool watchesXids = false) : IGpuDriver, IDisposable
{
    private readonly SemaphoreSlim opening = new(1);
    private readonly ProductModels models = new();
    private readonly TaskCompletionSource outdated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Distrust distrust = new();
    private NvmlSession? session;
    private XidWatch? xids;
    private IReadOnlyList<MigGpu> gpus = [];
    private volatile bool isStale = true;
    private volatile bool hasOpened;
    private volatile MachineReading last = MachineReading.Nothing;

    /// <summary>Completes when the driver was upgraded under this process, which has the old library loaded: it should end and be started anew.</summary>
    /// <remarks>Not where the two never matched since the process began: a new one would find the same.</remarks>
    public Task Outdated => outdated.Task;

    /// <summary>A GPU or an instance is not to be trusted any more: the next reading says so. Must be short and must not throw.</summary>
    public event Action? Distrusted;

    /// <summary>What <see cref="ReadAsync"/> returned last.</summary>
    public MachineReading Last => last;

    /// <inheritdoc/>
    public async ValueTask<MachineReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            await OpenAsync(cancellation);
            var sights = await Task.WhenAll(gpus.Select(gpu => gpu.LookAsync(cancellation)));
            isStale |= Array.Exists(sights, sight => sight.Fault is not null);
            return last = Compose(sights);
        }
        catch (NvmlException failure)
        {
            Note(failure);
            var reaction = NvmlReaction.To(failure);
            throw new GpuDriverException($"{failure.Message}. {reaction.Advice}") { Reason = reaction.Reason };
        }
    }

    /// <inheritdoc/>
    public ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation) => StepAsync(place, gpu => gpu.CreateAsync(place, cancellation));

    /// <inheritdoc/>
    public ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation) => StepAsync(place, gpu => gpu.DestroyAsync(place, cancellation));

    /// <summary>Waits until no call is going on: a step that has begun is finished, and the session may be closed.</summary>
    public Task FinishAsync() => Task.WhenAll(gpus.Select(gpu => gpu.FinishAsync()));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var gpu in gpus)
        {
            gpu.Dispose();
        }

        xids?.Dispose();
        session?.Dispose();
        opening.Dispose();
    }

    private async ValueTask StepAsync(SlicePlace place, Func<MigGpu, Task> step)
    {
        try
        {
            await step(gpus.FirstOrDefault(gpu => gpu.Index == place.Gpu) ?? throw new GpuDriverException($"There is no GPU {place.Gpu}."));
        }
        catch (NvmlException failure)
        {
            Note(failure);
            throw new GpuDriverException($"{failure.Message}. {NvmlReaction.To(failure).Advice}");
        }
    }

    private void Note(NvmlException failure)
    {
        var remedy = NvmlReaction.To(failure).Remedy;
        isStale |= remedy != NvmlRemedy.RetrySlice;
        if (remedy == NvmlRemedy.ReopenSession)
        {
            distrust.Forget();
        }

        if (remedy == NvmlRemedy.RestartProcess && hasOpened)
        {
            outdated.TrySetResult();
        }
    }

    /// <summary>Opens a session where there is none, and anew where the last became useless. GPUs that are lost keep what was seen of them.</summary>
    private async Task OpenAsync(CancellationToken cancellation)
    {
        await opening.WaitAsync(cancellation);
        try
        {
            // Handles must not go away under a call; and a GPU with two lanes would be cut by two hands.
            if (!isStale || gpus.Any(gpu => gpu.IsBusy))
            {
                return;
            }

            // Closed first: the library counts sessions, and a second one beside a broken first opens nothing.
            if (xids is { } waiting)
            {
                xids = null;
                await Task.Run(waiting.Dispose, CancellationToken.None);
            }

            session?.Dispose();
            session = null;
            var opened = session = await Task.Factory.StartNew(NvmlSession.Open, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            hasOpened = true;
            var before = gpus.ToDictionary(gpu => gpu.Index, gpu => gpu.Sight);
            foreach (var gpu in gpus)
            {
                gpu.Dispose();
            }

            gpus = [.. opened.Devices.Select(found => new MigGpu(found.Index, found.Device, found.Fault, before.GetValueOrDefault(found.Index) ?? GpuSight.None, permission))];
            isStale = false;
            xids = watchesXids ? XidWatch.Start(opened.Devices.Select(found => found.Device).OfType<NvmlDevice>(), Note) : null;
            LogOpened(opened.Driver, gpus.Count);
        }
        finally
        {
            opening.Release();
        }
    }

    private void Note(XidEvent error)
    {
        LogXid(error.Number, error.GpuUuid, error.InstanceId);
        var sight = gpus.Select(gpu => gpu.Sight).FirstOrDefault(sight => sight.Facts?.Uuid == error.GpuUuid);
        if (distrust.Note(error, sight?.Instances ?? []))
        {
            Distrusted?.Invoke();
        }
    }

    private MachineReading Compose(IReadOnlyList<GpuSight> sights)
    {
        var products = models.Of([.. sights.Select(sight => sight.Facts).OfType<DeviceFacts>()]);
        var readings = gpus.Zip(sights)
            .Where(pair => pair.Second.Facts is not null)
            .Select(pair => Reading((int)pair.First.Index, pair.Second, pair.Second.Facts!, products[pair.Second.Facts!.Product]));
        return new MachineReading(session?.Driver ?? "", [.. readings]);
    }

    private GpuReading Reading(int index, GpuSight sight, DeviceFacts facts, GpuModel model)
    {
        return new GpuReading(
            index,
            facts.Uuid,
            model,
            [
                .. sight.Instances.Where(instance => !instance.IsHalfDone)
                    .Select(instance => new LiveSlice(ShapeOf(instance), instance.Parts[0].Uuid, instance.IsBusy) { Fault = distrust.OfInstance(instance.Parts[0].Uuid) }),
            ])
        {
            HalfDone = [.. sight.Instances.Where(instance => instance.IsHalfDone).Select(ShapeOf)],
            Obstacle = sight.Obstacle,
            ShareObstacle = sight.ShareObstacle,
            IsMigOn = sight.IsMigOn,
            NumaNode = facts.NumaNode,
            Fault = sight.Fault is { } fault ? $"{fault.Message}. {NvmlReaction.To(fault).Advice}" : distrust.OfGpu(facts.Uuid, sight.Instances),
        };

        SliceShape ShapeOf(MigInstance instance) => SliceShape.Mig(model.Find(instance.Profile.Shape.Name) ?? instance.Profile.Shape, instance.Start);
    }

    [LoggerMessage(EventId = 471, Level = LogLevel.Information, Message = "Opened NVML of driver {Driver}; it shows {Count} GPUs")]
    private partial void LogOpened(string driver, int count);

    [LoggerMessage(EventId = 542, Level = LogLevel.Warning, Message = "XID error {Xid} of {Gpu}, GPU instance {Instance}")]
    private partial void LogXid(ulong xid, string gpu, uint? instance);
}
