using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Api;

/// <summary>Informers over restarts of the API server and over a bad network. They break the plane, so they have one of their own.</summary>
public sealed class InformerFaultTests : IAsyncLifetime, IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private ControlPlane plane = null!;
    private TestScope scope = null!;

    public async Task InitializeAsync()
    {
        plane = await ControlPlane.Start();
        scope = await plane.Scope("informer");
    }

    public async Task DisposeAsync()
    {
        await stop.CancelAsync();
        await plane.DisposeAsync();
    }

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task Loses_and_invents_nothing_when_the_API_server_restarts_in_mid_watch()
    {
        using var connection = KubeConfig.Open(plane.IssueClient("informer", "system:masters"));
        using var client = connection.CreateClient();
        var copy = new Copy(client, scope.Namespace, stop.Token);
        await copy.Informer.Synced;

        var created = new ConcurrentDictionary<string, bool>();
        var writing = Enumerable.Range(0, 3).Select(writer => Task.Run(() => WriteAsync(client, $"w{writer}", created))).ToArray();
        foreach (var end in new[] { plane.StopApiServer, () => plane.ApiServer.Kill() })
        {
            var before = created.Count;
            await Polling.Until("objects are written", () => Task.FromResult(created.Count > before + 30));
            await end();
            await plane.StartApiServer();
        }

        await Task.WhenAll(writing);
        var expected = await ListAsync();
        await Polling.Until("the copy is complete", () => Task.FromResult(copy.Versions), versions => versions.SequenceEqual(expected), evidence: () => Difference(expected, copy.Versions));
        Assert.Subset(created.Keys.ToHashSet(), copy.EverHeard);
        Assert.True(copy.Informer.Restarts >= 2, $"{copy.Informer.Restarts} restarts");
        Assert.Equal((0L, 0L), (copy.Informer.UnreadableObjects, copy.Informer.ListenerFailures));
    }

    [Fact]
    public async Task Notices_a_connection_that_died_without_a_word()
    {
        using var proxy = new TcpProxy(plane.ApiServerPort);
        using var connection = KubeConfig.Open(plane.IssueClientThrough(proxy, "informer", "system:masters"));
        using var client = connection.CreateClient();
        var copy = new Copy(client, scope.Namespace, stop.Token);
        await copy.Informer.Synced;
        await AddAsync("before");
        await Polling.Until("the first object is heard", () => Task.FromResult(copy.EverHeard.Contains("before")));

        proxy.Silence();
        await AddAsync("meanwhile");
        await Polling.Until("the dead connection is given up", () => Task.FromResult(copy.Informer.Restarts > 0), within: TimeSpan.FromMinutes(2));
        Assert.DoesNotContain("meanwhile", copy.EverHeard);
        proxy.Silence(false);

        await Polling.Until("what was missed is heard", () => Task.FromResult(copy.EverHeard.Contains("meanwhile")));
    }

    [Fact]
    public async Task Goes_on_over_a_network_that_resets_refuses_and_garbles()
    {
        using var proxy = new TcpProxy(plane.ApiServerPort);
        using var connection = KubeConfig.Open(plane.IssueClientThrough(proxy, "informer", "system:masters"));
        using var client = connection.CreateClient();
        var copy = new Copy(client, scope.Namespace, stop.Token);
        await copy.Informer.Synced;
        var faults = new (string Name, Action Begin, Action End)[]
        {
            ("cut", proxy.Cut, () => { }),
            ("refused", proxy.Refuse, proxy.Accept),
            ("garbled", () => proxy.Corrupt(), () => proxy.Corrupt(false)),
            ("slow", () => proxy.Delay(TimeSpan.FromMilliseconds(200)), () => proxy.Delay(TimeSpan.Zero)),
        };
        foreach (var (name, begin, end) in faults)
        {
            begin();
            await AddAsync($"during-{name}");
            end();
            await AddAsync($"after-{name}");
            await Polling.Until($"all is heard after {name}", () => Task.FromResult(copy.EverHeard.IsSupersetOf([$"during-{name}", $"after-{name}"])));
        }

        Assert.Equal(await ListAsync(), copy.Versions);
    }

    [Fact]
    public async Task A_past_that_the_restarted_API_server_never_saw_is_gone()
    {
        using var connection = KubeConfig.Open(plane.IssueClient("informer", "system:masters"));
        using var client = connection.CreateClient();
        var past = (await client.ListAsync(KubeResources.Leases, scope.Namespace, stop.Token)).Metadata.ResourceVersion!;
        await AddAsync("since-then");
        await plane.StopApiServer();
        await plane.StartApiServer();

        var gone = await Assert.ThrowsAsync<KubeApiException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(KubeResources.Leases, null, past, TimeSpan.FromSeconds(20), stop.Token))
            {
            }
        });

        Assert.True(gone.IsGone, gone.Message);
    }

    private static string Difference(IReadOnlyList<string> expected, IReadOnlyList<string> found) =>
        $"missing: {string.Join(' ', expected.Except(found))}; too many: {string.Join(' ', found.Except(expected))}";

    private async Task<IReadOnlyList<string>> ListAsync() =>
        [.. (await scope.Api.List(ApiPaths.Leases(scope.Namespace))).Select(lease => $"{lease.Name()}@{lease.Text("metadata", "resourceVersion")}").Order(StringComparer.Ordinal)];

    private Task<JsonObject> AddAsync(string name) => scope.Api.Create(ApiPaths.Leases(scope.Namespace), new()
    {
        ["apiVersion"] = "coordination.k8s.io/v1",
        ["kind"] = "Lease",
        ["metadata"] = new JsonObject { ["name"] = name },
    });

    /// <summary>Creates, changes and deletes, through every outage.</summary>
    private async Task WriteAsync(KubeClient client, string writer, ConcurrentDictionary<string, bool> created)
    {
        for (var index = 0; index < 150; index++)
        {
            var name = $"{writer}-{index:000}";
            created[name] = true;
            await InsistAsync(() => client.CreateAsync(KubeResources.Leases, scope.Namespace, new LeaseDocument { Metadata = new ObjectMeta { Name = name } }, stop.Token));
            var holder = new JsonObject { ["spec"] = new JsonObject { ["holderIdentity"] = writer } };
            await InsistAsync(() => client.PatchAsync(KubeResources.Leases, scope.Namespace, name, holder, stop.Token));
            if (index % 3 == 0)
            {
                await InsistAsync(() => client.DeleteAsync(KubeResources.Leases, scope.Namespace, name, stop.Token));
            }

            await Task.Delay(20, stop.Token);
        }
    }

    private async Task InsistAsync(Func<Task> write)
    {
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (KubeApiException done) when (done.IsAlreadyExists)
            {
                // The answer to an earlier try was lost.
                return;
            }
            catch (KubeApiException down) when (down.IsTransient || down.Status is System.Net.HttpStatusCode.Forbidden or System.Net.HttpStatusCode.Unauthorized)
            {
                // A server that has just started does not know its roles yet.
                await Task.Delay(100, stop.Token);
            }
        }
    }

    /// <summary>What an informer says there is.</summary>
    private sealed class Copy
    {
        private readonly Lock gate = new();
        private readonly SortedDictionary<string, string> versions = new(StringComparer.Ordinal);
        private readonly HashSet<string> heard = [];

        public Copy(KubeClient client, string ns, CancellationToken stop)
        {
            Informer = new Informer<LeaseDocument>(client, KubeResources.Leases, Hear, NullLogger.Instance, TimeProvider.System, ns: ns);
            _ = Informer.RunAsync(stop);
        }

        public Informer<LeaseDocument> Informer { get; }

        public IReadOnlyList<string> Versions
        {
            get
            {
                lock (gate)
                {
                    return [.. versions.Select(lease => $"{lease.Key}@{lease.Value}")];
                }
            }
        }

        public HashSet<string> EverHeard
        {
            get
            {
                lock (gate)
                {
                    return [.. heard];
                }
            }
        }

        private void Hear(InformerEvent<LeaseDocument> change)
        {
            lock (gate)
            {
                if (change.IsReplacement)
                {
                    versions.Clear();
                }

                foreach (var lease in change.Changed)
                {
                    versions[lease.Metadata.Name] = lease.Metadata.ResourceVersion!;
                    heard.Add(lease.Metadata.Name);
                }

                foreach (var lease in change.Deleted)
                {
                    versions.Remove(lease.Metadata.Name);
                }
            }
        }
    }
}
