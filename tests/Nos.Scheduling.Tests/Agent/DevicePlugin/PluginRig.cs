using Microsoft.Extensions.Logging;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

/// <summary>The plugin with a scripted driver on one side and a stand-in kubelet on the other. The time of steps stands still; that of sockets does not.</summary>
internal sealed class PluginRig : IAsyncDisposable
{
    private readonly LogLines log = new();
    private CancellationTokenSource stop = new();
    private KubeletPlugin? plugin;
    private Task running = Task.CompletedTask;

    public PluginRig(GpuModel? model = null, GrantStyle style = GrantStyle.Env)
    {
        Scripted = new ScriptedDriver(model ?? Draw.A100);
        Offers = new SliceOffers(Clock);
        CdiFolder = Path.Combine(Kubelet.Folder, "cdi");
        var cdi = new CdiFolder(CdiFolder, _ => []);
        Driver = new ServedDriver(Scripted, Offers, () => cdi, _ => place => Goals.GetValueOrDefault(place), () => Book, Clock);
        Calls = new PluginCalls(Offers, () => style, "/run/nos/mps", (place, _) => ValueTask.FromResult(Running.Contains(place.Id)), _ => Owed, Clock);
    }

    public StandInKubelet Kubelet { get; } = new();

    public ManualClock Clock { get; } = new();

    public ScriptedDriver Scripted { get; }

    public SliceOffers Offers { get; }

    public ServedDriver Driver { get; }

    public PluginCalls Calls { get; }

    public string CdiFolder { get; }

    public Dictionary<SlicePlace, SliceGoal> Goals { get; } = [];

    public HashSet<string> Running { get; } = [];

    public SliceBook Book { get; set; } = SliceBook.Empty;

    public IReadOnlyList<IReadOnlyList<string>> Owed { get; set; } = [];

    public IEnumerable<string> Log => log.Lines;

    /// <summary>As the agent's process starts: it looks at the machine, then serves.</summary>
    public async Task StartAsync()
    {
        await ReadAsync();
        stop = new CancellationTokenSource();
        plugin = new KubeletPlugin(Kubelet.Folder, Offers, Calls, TimeProvider.System, LoggerFactory.Create(logging => logging.AddProvider(log)));
        running = plugin.RunAsync(stop.Token);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        plugin?.Dispose();
        plugin = null;
    }

    public async Task<MachineReading> ReadAsync() => await Driver.ReadAsync(default);

    public Task MakeAsync(string slice) => Driver.CreateAsync(Place(slice), default).AsTask();

    public Task DestroyAsync(string slice) => Driver.DestroyAsync(Place(slice), default).AsTask();

    public SlicePlace Place(string slice) => Slices.Place(Scripted.Machine.Read().Gpus[0].Model, slice);

    /// <summary>What NVML shows of the slice.</summary>
    public async Task<LiveSlice> LookAsync(string slice) => (await ReadAsync()).Gpus[0].Slices.Single(live => live.Shape == Place(slice).Shape);

    /// <summary>Waits until whoever withdraws has begun to wait.</summary>
    public Task WithdrawsAsync(string resource, params string[] left) => Kubelet.KnowsAsync(resource, left);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        await Kubelet.DisposeAsync();
    }
}
