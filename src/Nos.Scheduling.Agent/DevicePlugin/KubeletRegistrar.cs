using System.Net.Sockets;
using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.DevicePlugin.Serving;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Has kubelet know every resource: registers each, and does so again when kubelet was started anew, which it tells nobody.</summary>
/// <remarks>
/// Three things say so: its socket is another one, it removed ours, its calls have ended. A call that it does not open after a registration is
/// one more: some of its versions dial after they answered, and may fail.
/// </remarks>
internal sealed partial class KubeletRegistrar : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PatienceForCall = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(10);

    private readonly Bell due = new();
    private readonly Dictionary<string, (long Opened, DateTimeOffset At, TimeSpan Pause)> registered = new(StringComparer.Ordinal);
    private readonly string kubeletSocket;
    private readonly PluginSockets sockets;
    private readonly SliceOffers offers;
    private readonly TimeProvider time;
    private readonly ILogger<KubeletRegistrar> logger;
    private (DateTime, DateTime)? stamp;
    private string? complaint;

    /// <summary>Does nothing before <see cref="RunAsync"/>.</summary>
    /// <param name="folder">kubelet's folder for device plugins.</param>
    /// <param name="sockets">Our sockets in it.</param>
    /// <param name="offers">The resources.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of registrations and of a kubelet that does not answer.</param>
    public KubeletRegistrar(string folder, PluginSockets sockets, SliceOffers offers, TimeProvider time, ILogger<KubeletRegistrar> logger)
    {
        (kubeletSocket, this.sockets, this.offers, this.time, this.logger) = (Path.Combine(folder, "kubelet.sock"), sockets, offers, time, logger);
        offers.RegistrationDue += due.Ring;
    }

    /// <summary>Keeps kubelet informed until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            var isAllRight = await RoundAsync(cancellation);
            var isWoken = await due.WaitAsync(isAllRight ? Glance : Retry, time, cancellation);
            if (!isAllRight && isWoken)
            {
                // Many calls end at once when kubelet does: not a round for each.
                await Task.Delay(Retry, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => offers.RegistrationDue -= due.Ring;

    /// <summary>Registers what has to be.</summary>
    /// <returns>Whether all is registered now.</returns>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var now = File.Exists(kubeletSocket) ? (File.GetCreationTimeUtc(kubeletSocket), File.GetLastWriteTimeUtc(kubeletSocket)) : ((DateTime, DateTime)?)null;
        if (now != stamp)
        {
            stamp = now;
            registered.Clear();
        }

        var resources = offers.Resources;
        Retire(resources.Select(known => known.Resource).ToHashSet(StringComparer.Ordinal));
        var missing = resources.Where(IsMissing).ToList();
        if (missing.Count == 0)
        {
            return true;
        }

        using var kubelet = new RpcChannel(kubeletSocket);
        var refused = new List<string>();
        foreach (var (resource, _, _) in missing)
        {
            try
            {
                await RegisterAsync(kubelet, resource, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return true;
            }
            catch (Exception no) when (no is RpcException or IOException or UnauthorizedAccessException or SocketException or TimeoutException)
            {
                refused.Add(no.Message);
                if (no is not RpcException { Status: not RpcStatus.Unavailable })
                {
                    // Nobody is there: the next one would hear the same. A name that kubelet does not want is no reason to keep others back.
                    break;
                }
            }
        }

        Tell(missing.Count, missing[0].Resource, refused);
        return refused.Count == 0;
    }

    /// <summary>Names that are ours no more are left to whoever serves them next.</summary>
    private void Retire(HashSet<string> offered)
    {
        foreach (var retired in registered.Keys.Where(resource => !offered.Contains(resource)).ToList())
        {
            registered.Remove(retired);
            sockets.Close(retired);
        }
    }

    private void Tell(int asked, string first, List<string> refused)
    {
        if (refused.Count == 0)
        {
            complaint = null;
            LogRegistered(asked, first);
        }
        else if (complaint != refused[0])
        {
            complaint = refused[0];
            LogRefused(kubeletSocket, refused[0]);
        }
    }

    private bool IsMissing((string Resource, bool IsWatched, long Opened) resource)
    {
        if (!registered.TryGetValue(resource.Resource, out var last) || !sockets.IsThere(resource.Resource))
        {
            return true;
        }

        var hasOpened = resource.Opened > last.Opened;
        return !resource.IsWatched && time.GetUtcNow() - last.At > (hasOpened ? last.Pause : PatienceForCall);
    }

    private async Task RegisterAsync(RpcChannel kubelet, string resource, CancellationToken cancellation)
    {
        if (!sockets.IsThere(resource))
        {
            sockets.Open(resource);
        }

        var opened = offers.Resources.First(known => known.Resource == resource).Opened;
        var request = new RegisterRequest
        {
            Version = "v1beta1",
            Endpoint = PluginSockets.FileNameOf(resource),
            ResourceName = resource,
            Options = PluginCalls.Options,
        };
        await kubelet.CallAsync("/v1beta1.Registration/Register", request, Empty.Parser, cancellation).WaitAsync(LongestCall, time, cancellation);

        // Where kubelet ends calls as fast as we make it open them another plugin serves that name: no race with it.
        var now = time.GetUtcNow();
        var isAgain = registered.TryGetValue(resource, out var last) && now - last.At < 2 * LongestPause;
        registered[resource] = (opened, now, isAgain ? TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, Math.Max(Retry.Ticks, 2 * last.Pause.Ticks))) : TimeSpan.Zero);
    }

    [LoggerMessage(EventId = 475, Level = LogLevel.Information, Message = "Registered {Count} resources with kubelet, {First} first")]
    private partial void LogRegistered(int count, string first);

    [LoggerMessage(EventId = 476, Level = LogLevel.Warning, Message = "kubelet at {Socket} takes no registration: {Reason}. It is tried again")]
    private partial void LogRefused(string socket, string reason);
}
