using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.Api;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Leading;

public sealed class CatchUpTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly TestCluster cluster = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> known = [];

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        cluster.Dispose();
    }

    [Fact]
    public async Task A_mark_that_comes_back_through_the_watch_is_enough()
    {
        await cluster.AddPodAsync("mine");
        var informer = await Follow(cluster.Client);
        await cluster.AddPodAsync("predecessors-last");

        Assert.True(await CatchUp.ToNowAsync(informer, _ => SignAsync("mine"), clock, CancellationToken.None));

        Assert.Contains("predecessors-last", known);
        Assert.Equal(0, informer.Restarts);
    }

    [Fact]
    public async Task Where_nothing_can_be_marked_all_is_listed_anew()
    {
        var informer = await Follow(cluster.Client);
        await cluster.AddPodAsync("predecessors-last");

        Assert.False(await CatchUp.ToNowAsync(informer, _ => Task.FromResult<string?>(null), clock, CancellationToken.None));

        Assert.Contains("predecessors-last", known);
    }

    [Fact]
    public async Task Where_the_watch_hangs_all_is_listed_anew()
    {
        // A watch that began well and tells nothing any more, as on a connection that died without an end.
        var hanging = true;
        var server = new ScriptedServer(async (request, cancellation) => hanging && request.RequestUri!.Query.Contains("watch=true", StringComparison.Ordinal)
            ? ScriptedServer.Stream(new PiecesStream([], PiecesStream.Silent))
            : await PassAsync(request, cancellation));
        using var network = server.Client();
        await cluster.AddPodAsync("mine");
        var informer = await Follow(network);
        await cluster.AddPodAsync("predecessors-last");

        var caughtUp = CatchUp.ToNowAsync(informer, _ => SignAsync("mine"), clock, CancellationToken.None);
        Assert.DoesNotContain("predecessors-last", known);
        hanging = false;
        await Eventually.Async(() =>
        {
            clock.Advance(1);
            return caughtUp.IsCompleted;
        });

        Assert.False(await caughtUp);
        Assert.Contains("predecessors-last", known);
    }

    private async Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var http = cluster.Server.CreateHttpClient("tester");
        return await http.GetAsync(new Uri(request.RequestUri!.PathAndQuery, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private async Task<string?> SignAsync(string pod) =>
        (await cluster.Client.PatchAsync(KubeResources.Pods, "default", pod, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["a"] = "b" } } }, CancellationToken.None)).Metadata.ResourceVersion;

    private async Task<Informer<PodDocument>> Follow(KubeClient client)
    {
        var informer = new Informer<PodDocument>(
            client,
            KubeResources.Pods,
            change =>
            {
                lock (known)
                {
                    known.AddRange(change.Changed.Select(pod => pod.Metadata.Name));
                }
            },
            NullLogger.Instance,
            clock);
        _ = informer.RunAsync(stop.Token);
        await informer.Synced;
        return informer;
    }
}
