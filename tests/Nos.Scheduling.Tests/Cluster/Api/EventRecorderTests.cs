using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class EventRecorderTests : IDisposable
{
    private readonly TestCluster cluster = new();
    private readonly CancellationTokenSource stop = new();

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        cluster.Dispose();
    }

    [Fact]
    public async Task Tells_each_reason_once_a_pod_over_all_servers()
    {
        foreach (var recorder in (EventRecorder[])[Start(cluster.Client), Start(cluster.Client)])
        {
            recorder.Tell(Happened("a", "One"));
            recorder.Tell(Happened("a", "One") with { Message = "again" });
            recorder.Tell(Happened("a", "Two") with { IsWarning = true });
            recorder.Tell(Happened("b", "One"));
        }

        await Eventually.Async(async () => (await ToldAsync()).Length >= 3 ? "" : "not all told");
        Assert.Equal(["a One Normal", "a Two Warning", "b One Normal"], await ToldAsync());
    }

    [Fact]
    public async Task Tries_again_when_the_server_is_away_for_a_moment_and_goes_on_after_one_that_is_refused()
    {
        var network = new FaultyNetwork(cluster.Server) { IsDown = true };
        var recorder = Start(network.Client());
        recorder.Tell(Happened("a", "One"));
        recorder.Tell(Happened("b", "One") with { Namespace = "no-such-namespace" });
        recorder.Tell(Happened("c", "One"));
        await Task.Delay(100);

        network.IsDown = false;

        await Eventually.Async(async () => (await ToldAsync()).Length == 2 ? "" : "not all told");
        Assert.Equal(["a One Normal", "c One Normal"], await ToldAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(253)]
    public void Names_events_so_that_every_server_takes_them(int length)
    {
        var name = EventRecorder.NameOf(Happened(new string('p', length), "One"));

        Assert.Matches("^p+\\.[0-9a-f]{16}$", name);
        Assert.True(name.Length <= 253);
        Assert.NotEqual(name, EventRecorder.NameOf(Happened(new string('p', length), "One") with { Uid = "another" }));
    }

    private static PodEvent Happened(string pod, string reason) => new("default", pod, $"uid-{pod}", reason, "It happened.", IsWarning: false);

    private EventRecorder Start(KubeClient client)
    {
        var recorder = new EventRecorder(client, TimeProvider.System, NullLogger<EventRecorder>.Instance);
        _ = recorder.RunAsync(stop.Token);
        return recorder;
    }

    private async Task<string[]> ToldAsync() =>
    [
        .. (await cluster.Client.ListAsync(KubeResources.Events, null, default)).Items
            .Select(told => $"{told.InvolvedObject.Name} {told.Reason} {told.Type}").Order(StringComparer.Ordinal),
    ];
}
