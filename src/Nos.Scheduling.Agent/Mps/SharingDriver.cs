using System.Collections.Concurrent;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Drives the GPUs of this machine in both modes at once: MIG instances through NVML, MPS shares through the supervisor's daemons.</summary>
/// <remarks>Whatever a node's label says, what is left of the other mode is seen and can be removed.</remarks>
internal sealed class SharingDriver : IGpuDriver, IDisposable
{
    private readonly ConcurrentDictionary<string, SharedGpu> shared = new(StringComparer.Ordinal);
    private readonly MigDriver mig;
    private readonly string root;
    private readonly MpsProgram program;
    private readonly MpsPace pace;
    private readonly TimeProvider time;
    private readonly Action changed;
    private readonly ITimer glance;
    private string seen = "";
    private volatile MachineReading last = MachineReading.Nothing;

    /// <summary>Takes the driver over. Nothing is read before the first call.</summary>
    /// <param name="mig">Drives MIG; disposed with this.</param>
    /// <param name="root">As <c>--mps-root</c> says.</param>
    /// <param name="program">NVIDIA's control program.</param>
    /// <param name="pace">How fast.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Called when a daemon's state changed, at any time from any thread; it must be short.</param>
    public SharingDriver(MigDriver mig, string root, MpsProgram program, MpsPace pace, TimeProvider time, Action changed)
    {
        (this.mig, this.root, this.program, this.pace, this.time, this.changed) = (mig, root, program, pace, time, changed);
        var often = pace.Glance * 5;
        glance = time.CreateTimer(_ => Glance(), null, often, often);
    }

    /// <summary>Completes when this process should end and be started anew; see <see cref="MigDriver.Outdated"/>.</summary>
    public Task Outdated => mig.Outdated;

    /// <summary>What <see cref="ReadAsync"/> returned last.</summary>
    public MachineReading Last => last;

    /// <summary>The driver of a real machine.</summary>
    /// <param name="permission">Where MIG mode may be switched on.</param>
    /// <param name="root">As <c>--mps-root</c> says.</param>
    /// <param name="time">The clock.</param>
    /// <param name="changed">Called when an MPS daemon's state changed, or a GPU is not to be trusted any more.</param>
    /// <param name="loggers">Where to log.</param>
    public static SharingDriver Open(MigPermission permission, string root, TimeProvider time, Action changed, ILoggerFactory loggers)
    {
        var mig = new MigDriver(permission, loggers.CreateLogger<MigDriver>(), watchesXids: true);
        mig.Distrusted += changed;
        return new SharingDriver(mig, root, new MpsProgram(MpsProgram.NvidiaName, time), new MpsPace(), time, changed);
    }

    /// <inheritdoc/>
    public async ValueTask<MachineReading> ReadAsync(CancellationToken cancellation)
    {
        var machine = await mig.ReadAsync(cancellation);
        return last = machine with { Gpus = await Task.WhenAll(machine.Gpus.Select(gpu => Of(gpu).ReadAsync(gpu, cancellation))) };
    }

    /// <inheritdoc/>
    public async ValueTask CreateAsync(SlicePlace place, CancellationToken cancellation)
    {
        if (place.Shape.Profile is null)
        {
            var gpu = await FindAsync(place.Gpu, cancellation);
            await Of(gpu).CreateAsync(place, gpu, cancellation);
            return;
        }

        if (mig.Last.Find(place.Gpu) is { } cut && Of(cut).IsShared)
        {
            throw new GpuDriverException($"GPU {place.Gpu} is shared by MPS; it is cut when its shares are gone and the supervisor (DaemonSet nos-mps) has ended its daemon and given it back.");
        }

        await mig.CreateAsync(place, cancellation);
    }

    /// <inheritdoc/>
    public async ValueTask DestroyAsync(SlicePlace place, CancellationToken cancellation)
    {
        if (place.Shape.Profile is null)
        {
            await Of(await FindAsync(place.Gpu, cancellation)).DestroyAsync(place, cancellation);
            return;
        }

        await mig.DestroyAsync(place, cancellation);
    }

    /// <summary>Waits until no call to NVML is going on. A step about shares that is broken off is as good as not begun.</summary>
    public Task FinishAsync() => mig.FinishAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        glance.Dispose();
        mig.Dispose();
        foreach (var gpu in shared.Values)
        {
            gpu.Dispose();
        }
    }

    private SharedGpu Of(GpuReading gpu) => shared.GetOrAdd(gpu.Uuid, uuid => new SharedGpu(root, uuid, program, pace, time));

    private async ValueTask<GpuReading> FindAsync(int index, CancellationToken cancellation)
    {
        var machine = mig.Last.Find(index) is null ? await mig.ReadAsync(cancellation) : mig.Last;
        return machine.Find(index) ?? throw new GpuDriverException($"There is no GPU {index}.");
    }

    private void Glance()
    {
        var now = string.Join('|', shared.OrderBy(gpu => gpu.Key, StringComparer.Ordinal).Select(gpu => gpu.Value.Mark));
        if (Interlocked.Exchange(ref seen, now) != now)
        {
            changed();
        }
    }
}
