namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// Plays the Service <c>nos-extender</c>: new connections go to the server whose pod has the leader's label, open ones stay where they are. While no
/// pod has it, connections are refused, as by a Service without endpoints.
/// </summary>
public sealed class LeaderService : IAsyncDisposable
{
    private const string Labelled = "/api/v1/namespaces/nos-system/pods?labelSelector=nos.nebuly.com%2Frole%3Dleader";
    private readonly CancellationTokenSource _stop = new();
    private readonly TcpProxy _proxy;
    private readonly TestApi _api;
    private readonly IReadOnlyList<ServerReplica> _replicas;
    private readonly Task _following;

    private LeaderService(TestApi api, TcpProxy proxy, IReadOnlyList<ServerReplica> replicas)
    {
        (_api, _proxy, _replicas) = (api, proxy, replicas);
        _following = Task.Run(Follow);
    }

    /// <summary>Where new connections go now; null: nowhere.</summary>
    public ServerReplica? Endpoint { get; private set; }

    /// <param name="api">An administrator's.</param>
    /// <param name="proxy">The Service's address; disposed of with it.</param>
    /// <param name="replicas">The servers.</param>
    public static LeaderService Over(TestApi api, TcpProxy proxy, params IReadOnlyList<ServerReplica> replicas) => new(api, proxy, replicas);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _following;
        _proxy.Dispose();
        _stop.Dispose();
    }

    private async Task Follow()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var pods = (await _api.List(Labelled)).Select(pod => pod.Name()).ToHashSet();
                Endpoint = _replicas.FirstOrDefault(replica => pods.Contains(replica.Pod));
                _proxy.Retarget(Endpoint?.ExtenderPort ?? 1);
            }
            catch (Exception away) when (away is HttpRequestException or TaskCanceledException or ApiRefusedException)
            {
                // Endpoints stay as they were while nobody can tell.
            }

            await Task.Delay(100, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
