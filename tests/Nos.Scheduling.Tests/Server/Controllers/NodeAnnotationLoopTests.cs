using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.InMemory;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class NodeAnnotationLoopTests : IDisposable
{
    private const string Free = "nos.nebuly.com/status-gpu-0-1g.10gb-free";
    private readonly ManualClock clock = new();
    private readonly TestCluster cluster = new();
    private readonly ClusterState state;
    private readonly NodeAnnotationLoop loop;
    private int resourceVersion = 1;

    public NodeAnnotationLoopTests()
    {
        state = new ClusterState(clock);
        loop = new NodeAnnotationLoop(cluster.Client, state, clock, NullLogger<NodeAnnotationLoop>.Instance);
        state.Changed = change => loop.Enqueue(change.Name);
    }

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task Writes_a_node_at_once_and_then_at_most_once_in_ten_seconds()
    {
        await AddAsync("n1");
        See("n1", "0/1g.10gb@0");
        using var stop = new CancellationTokenSource();
        var running = loop.RunAsync(stop.Token);
        await Eventually.Async(async () => await ToldAsync("n1") == "1" ? "" : "not told");

        See("n1", "0/1g.10gb@0", "0/1g.10gb@1");
        var seconds = 0;
        await Eventually.Async(async () =>
        {
            if (await ToldAsync("n1") == "2")
            {
                return "";
            }

            clock.Advance(1);
            seconds++;
            return "not told";
        });
        Assert.True(seconds >= 10, $"told again after {seconds} s");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Goes_on_with_the_others_when_a_node_is_gone_or_another_one_by_now()
    {
        await AddAsync("n1");
        await AddAsync("n2");
        await AddAsync("n3");
        See("n1", "0/1g.10gb@0");
        See("n2", "0/1g.10gb@0");
        See("n3", "0/1g.10gb@0");
        await cluster.Client.DeleteAsync(KubeResources.Nodes, null, "n1", default);
        await cluster.Client.DeleteAsync(KubeResources.Nodes, null, "n2", default);
        await cluster.AddNodeAsync("n2");
        using var stop = new CancellationTokenSource();

        var running = loop.RunAsync(stop.Token);

        await Eventually.Async(async () => await ToldAsync("n3") == "1" ? "" : "not told");
        Assert.Null(await ToldAsync("n2"));
        await Eventually.Async(() => loop.Errors.Failures == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task AddAsync(string name)
    {
        var node = await cluster.AddNodeAsync(name, new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = "mig" });
        state.Apply(new InformerEvent<NodeDocument>(false, [node], []));
    }

    private void See(string node, params string[] slices) => state.Apply(Newer(Facts.GpuNode(slices, slices, node)));

    private GpuNodeDocument Newer(GpuNodeDocument gpuNode) => gpuNode with { Metadata = gpuNode.Metadata with { ResourceVersion = $"{resourceVersion++}" } };

    private async Task<string?> ToldAsync(string node) => (await cluster.Client.FindAsync(KubeResources.Nodes, null, node, default))?.Metadata.Annotation(Free);
}
