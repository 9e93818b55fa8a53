using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>This node's kubelet: offers it the slices, and learns from it who has which.</summary>
internal sealed partial class ServedKubelet : IDisposable
{
    /// <summary>kubelet names a holder in milliseconds after Allocate. One that it has not named for that long was refused for another reason.</summary>
    private static readonly TimeSpan PatienceForHolder = TimeSpan.FromSeconds(30);

    /// <summary>A kubelet that is started anew answers again within seconds; the node need not be taken out for that.</summary>
    private static readonly TimeSpan PatienceForKubelet = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unsettled = TimeSpan.FromMilliseconds(250);

    private readonly Bell bell = new();
    private readonly TaskCompletionSource heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KubeletBook book = new();
    private readonly IGpuDriver machine;
    private readonly ServedOrder order;
    private readonly SliceOffers offers;
    private readonly KubeletPlugin plugin;
    private readonly PodResources resources;
    private readonly CdiFolder cdi;
    private readonly DeviceList asked;
    private readonly TimeProvider time;
    private readonly ILogger<ServedKubelet> logger;
    private readonly string socket;
    private volatile GrantStyle style = GrantStyle.Env;
    private volatile NodeTrouble? styleTrouble;
    private DateTimeOffset answeredAt;
    private bool isSilent;

    /// <summary>Puts it together; nothing is opened before <see cref="RunAsync"/>.</summary>
    /// <param name="machine">What cuts the GPUs.</param>
    /// <param name="order">What is asked of the node.</param>
    /// <param name="isRestored">Whether the slices that bound pods have lost stand again.</param>
    /// <param name="options">The operator's decisions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where to log.</param>
    public ServedKubelet(IGpuDriver machine, ServedOrder order, Func<bool> isRestored, AgentOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (this.machine, this.order, this.time, asked) = (machine, order, time, options.DeviceList);
        (logger, answeredAt) = (loggers.CreateLogger<ServedKubelet>(), time.GetUtcNow());
        socket = KubeletPlugin.PodResourcesSocketIn(options.KubeletDir);
        cdi = new CdiFolder(CdiFolder.Usual, _ => []);
        resources = new PodResources(socket, time);
        offers = new SliceOffers(time);
        Driver = new ServedDriver(machine, offers, () => IsNamedByPlace ? cdi : null, Listed, () => book.Current, time)
        {
            IsOurs = () => order.Current is { Mode: not null } or { Spec: not null },
            HoldersKnown = HoldersKnownAsync,
            MayOffer = isRestored,
            IsRefused = () => order.Current.Trouble is not null,
            Owed = reading => OwedOn(reading).Select(owed => owed.Place).ToHashSet(),
        };
        var calls = new PluginCalls(offers, Style, options.MpsRoot, IsRunningAsync, PromisesOf, time);
        plugin = new KubeletPlugin(options.KubeletDir, offers, calls, time, loggers);
        offers.Changed += Hear;
    }

    /// <summary>Something came about that a round should look at. Must be short and must not throw.</summary>
    public event Action? Changed;

    /// <summary>What cuts the GPUs, with kubelet's word in it.</summary>
    public ServedDriver Driver { get; }

    /// <summary>Who holds what.</summary>
    public ISliceHolders Holders => book;

    /// <summary>How many slices kubelet is offered of each resource.</summary>
    public IReadOnlyDictionary<string, int> Offered => offers.Counts;

    /// <summary>Whether containers know their slice by its place, so that one that was made anew there is theirs; by its UUID it is not.</summary>
    public bool IsNamedByPlace => style is GrantStyle.CdiAnnotations or GrantStyle.CdiDevices;

    /// <summary>Offers slices and follows who takes them, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] parts = [plugin.RunAsync(either.Token), FollowAsync(either.Token)];

        // One is of no use without the other.
        await Task.WhenAny(parts);
        await either.CancelAsync();
        await Task.WhenAll(parts);
    }

    /// <summary>Pods came or went: kubelet may tell something new.</summary>
    /// <param name="running">All that are bound here and have not ended, also those that ask for no slice, as <c>namespace/name</c>.</param>
    /// <param name="over">All that have ended and are still there.</param>
    public void HearOfPods(IReadOnlySet<string> running, IReadOnlySet<string> over)
    {
        book.See(running, over);
        bell.Ring();
    }

    /// <summary>Takes note of what kubelet and the container runtime can.</summary>
    public void See(NodeSystem? system)
    {
        var choice = GrantStyles.Choose(asked, system?.KubeletVersion, system?.ContainerRuntimeVersion, out var why);
        styleTrouble = choice is null ? new NodeTrouble("DeviceListUnsupported", why) : null;
        style = choice ?? style;
        bell.Ring();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        offers.Changed -= Hear;
        plugin.Dispose();
        resources.Dispose();
    }

    private async Task FollowAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var askedAt = time.GetUtcNow();
            var told = await AskAsync(cancellation);
            var reading = Driver.Last;

            var isNews = book.Take(told, SliceDevices.Of(reading, Listed(reading), book.Current, isRefused: false));
            isNews |= order.See(TroubleAt(askedAt, told is not null));

            if (told is not null && reading.Gpus.Count > 0)
            {
                heard.TrySetResult();
            }

            if (told is not null)
            {
                offers.Settle(book.Current.Uses.Keys.ToHashSet(), askedAt, PatienceForHolder);
            }

            var isLeftBusy = reading.Gpus.Any(gpu => gpu.Slices.Any(slice => slice.IsBusy && !book.Current.Uses.ContainsKey(new SlicePlace(gpu.Index, slice.Shape))));
            if (isNews || isLeftBusy)
            {
                Changed?.Invoke();
            }

            await bell.WaitAsync(PauseAfter(told is not null && heard.Task.IsCompleted, isLeftBusy), time, cancellation);
        }
    }

    /// <summary>Soon where kubelet is about to tell something new, or a process is about to end that nobody tells of.</summary>
    private TimeSpan PauseAfter(bool isInformed, bool isLeftBusy) =>
        !isInformed ? Busy
        : offers.Granted.Count > 0 || book.HasStrangers ? Unsettled
        : isLeftBusy ? Busy
        : Calm;

    private async Task<IReadOnlyList<ContainerDevices>?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            var told = await resources.ListAsync(cancellation);
            (answeredAt, isSilent) = (time.GetUtcNow(), false);
            return told;
        }
        catch (RpcException silent)
        {
            if (!isSilent)
            {
                isSilent = true;
                LogSilent(socket, silent.Message);
            }

            return null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private NodeTrouble? TroubleAt(DateTimeOffset now, bool hasAnswered) =>
        styleTrouble ?? (hasAnswered || now - answeredAt < PatienceForKubelet
            ? null
            : new NodeTrouble("KubeletSilent", $"kubelet does not answer at {socket}: is it running, and does --kubelet-dir name its directory?"));

    private void Hear()
    {
        bell.Ring();
        Changed?.Invoke();
    }

    private GrantStyle Style() => styleTrouble is { } trouble ? throw new RpcException(RpcStatus.FailedPrecondition, trouble.Message) : style;

    private Func<SlicePlace, SliceGoal?> Listed(MachineReading reading)
    {
        var goals = order.Current.Goal(reading, time.GetUtcNow()).Gpus
            .SelectMany(gpu => gpu.Slices.Select(goal => (Place: new SlicePlace(gpu.Index, goal.Shape), Goal: goal)))
            .DistinctBy(entry => entry.Place)
            .ToDictionary(entry => entry.Place, entry => entry.Goal);
        return place => goals.GetValueOrDefault(place);
    }

    private IReadOnlyList<OwedSlice> OwedOn(MachineReading reading) =>
        book.Owed(SliceDevices.Of(reading, Listed(reading), book.Current, isRefused: false).Select(device => new AdvertisedSlice(device.Place, device.Resource)));

    /// <summary>What containers are owed of a resource, container by container, by device id.</summary>
    private IReadOnlyList<IReadOnlyList<string>> PromisesOf(string resource)
    {
        var reading = Driver.Last;
        var listed = Listed(reading);
        return
        [
            .. OwedOn(reading)
                .Where(owed => owed.Resource.Name == resource)
                .GroupBy(owed => (owed.Pod, owed.Container))
                .Select(container => (IReadOnlyList<string>)[.. container.Select(owed => listed(owed.Place)?.Id ?? owed.Place.Id)]),
        ];
    }

    /// <summary>An agent that was just started does not know yet whom kubelet gave slices that nobody had reported.</summary>
    private async Task HoldersKnownAsync(CancellationToken cancellation)
    {
        try
        {
            await heard.Task.WaitAsync(PatienceForKubelet, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new GpuDriverException("kubelet has not told yet who has which slice; none is destroyed before it has.");
        }
    }

    /// <summary>Asks the device, not what was read last: a slice must not be given to a container while another's process is on it.</summary>
    private async ValueTask<bool> IsRunningAsync(SlicePlace place, CancellationToken cancellation)
    {
        try
        {
            var reading = await machine.ReadAsync(cancellation);
            return reading.Find(place.Gpu)?.Slices.FirstOrDefault(slice => slice.Shape == place.Shape)?.IsBusy == true;
        }
        catch (GpuDriverException silent)
        {
            throw new RpcException(RpcStatus.Unavailable, $"Whether slice {place.Id} is idle cannot be told: {silent.Message}");
        }
    }

    [LoggerMessage(EventId = 481, Level = LogLevel.Warning, Message = "kubelet at {Socket} does not tell who has which slice: {Reason}. Nobody loses what they have; it is asked again")]
    private partial void LogSilent(string socket, string reason);
}
