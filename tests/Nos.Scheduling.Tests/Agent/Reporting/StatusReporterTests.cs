using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Agent.Reporting;

public sealed class StatusReporterTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly AgentCluster cluster = new();
    private readonly ManualClock clock = new();
    private readonly QueuedWrites writes;
    private readonly StatusReporter reporter;

    public StatusReporterTests()
    {
        writes = new QueuedWrites(cluster.Client);
        reporter = new StatusReporter(writes, "node-1", clock, new Complaints(clock), NullLogger.Instance);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        reporter.Dispose();
        writes.Dispose();
        await cluster.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_GpuNode_nothing_is_written_and_nothing_breaks()
    {
        Assert.Null(await reporter.ReportAsync(Report("True"), null, default));
        Assert.Null(await cluster.Client.FindAsync(KubeResources.GpuNodes, null, "node-1", default));
    }

    [Fact]
    public async Task The_time_of_a_condition_moves_only_with_its_status()
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Report("True"), null, default);
        var first = (await ReadyAsync()).LastTransitionTime;
        clock.Advance(100);
        await reporter.ReportAsync(Report("True", "other words"), null, default);
        Assert.Equal((first, "other words"), ((await ReadyAsync()).LastTransitionTime, (await ReadyAsync()).Message));

        clock.Advance(100);
        await reporter.ReportAsync(Report("False"), null, default);
        Assert.Equal(first!.Value.AddSeconds(200), (await ReadyAsync()).LastTransitionTime);
    }

    [Fact]
    public async Task Times_are_written_as_Kubernetes_writes_them()
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Report("True"), null, default);

        var raw = StatusJson.Patch((await StoredAsync()).Status!, null);

        Assert.Equal("2026-11-22T10:00:00Z", raw[0]!["value"]!["conditions"]![0]!["lastTransitionTime"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_restarted_agent_does_not_write_what_is_stored_already()
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Report("True"), null, default);
        var version = (await StoredAsync()).Metadata.ResourceVersion;

        clock.Advance(1000);
        using var reborn = new StatusReporter(writes, "node-1", clock, new Complaints(clock), NullLogger.Instance);
        reborn.Observe(await StoredAsync());
        Assert.Null(await reborn.ReportAsync(Report("True"), null, default));

        Assert.Equal(version, (await StoredAsync()).Metadata.ResourceVersion);
    }

    [Fact]
    public async Task Sees_that_somebody_else_wrote_and_not_its_own_hand_nor_old_news()
    {
        cluster.AddGpuNode("node-1");
        var old = await StoredAsync();
        await reporter.ReportAsync(Report("True"), null, default);

        Assert.False(reporter.Observe(await StoredAsync()));
        Assert.False(reporter.Observe(old));

        await cluster.Client.PatchAsync(KubeResources.GpuNodes, null, "node-1", new JsonObject { ["status"] = new JsonObject { ["driver"] = "mine" } }, default, "status");
        Assert.True(reporter.Observe(await StoredAsync()));
    }

    [Fact]
    public async Task A_server_that_stores_less_than_it_is_sent_is_not_sent_it_for_ever()
    {
        cluster.AddGpuNode("node-1");

        var server = new Pruning();
        using var pruned = new QueuedWrites(cluster.ClientThrough(server));
        using var unlucky = new StatusReporter(pruned, "node-1", clock, new Complaints(clock), NullLogger.Instance);
        await unlucky.ReportAsync(Report("True"), null, default);
        clock.Advance(10);

        await unlucky.ReportAsync(Report("True"), null, default);
        Assert.False(unlucky.Observe((await StoredAsync()) with { Status = (await StoredAsync()).Status! with { Driver = null } }));
        await unlucky.ReportAsync(Report("True"), null, default);
        Assert.Equal(1, server.Writes);

        await unlucky.ReportAsync(Report("False"), null, default);
        Assert.Equal(2, server.Writes);
    }

    [Fact]
    public async Task What_can_wait_is_told_when_to_come_again()
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Report("True"), null, default);

        var later = await reporter.ReportAsync(Report("True", "other words"), null, default);
        Assert.Equal(clock.GetUtcNow().AddSeconds(0.5), later);
        Assert.Equal("words", (await ReadyAsync()).Message);

        Assert.Null(await reporter.ReportAsync(Report("True", "other words") with { ObservedGeneration = 2 }, null, default));
        Assert.Equal("other words", (await ReadyAsync()).Message);
    }

    [Theory]
    [InlineData("Free Free", "Used Free", 2.0)]
    [InlineData("Used Free", "Used Used", 2.0)]
    [InlineData("Used Free", "Free Free", 0.5)]
    [InlineData("Used Free", "Free Used", 0.5)]
    [InlineData("Used Free Free", "Free Used Used", 0.5)]
    [InlineData("Used Free", "Used Failed", 0.5)]
    [InlineData("Used", "Used Free", null)]
    [InlineData("Used Free", "Used", 0.5)]
    public async Task Who_uses_what_is_told_later_than_what_became_free_and_that_later_than_what_was_made(string before, string after, double? seconds)
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Sliced(before), null, default);

        var later = await reporter.ReportAsync(Sliced(after), null, default);

        Assert.Equal(seconds is { } wait ? clock.GetUtcNow().AddSeconds(wait) : null, later);
    }

    [Fact]
    public async Task After_the_last_word_nothing_is_written()
    {
        cluster.AddGpuNode("node-1");
        await reporter.ReportAsync(Report("True"), null, default);
        await reporter.CloseAsync(default);
        clock.Advance(10);

        Assert.Null(await reporter.ReportAsync(Report("True"), null, default));

        Assert.Equal(("False", "Stopping"), ((await ReadyAsync()).Status, (await ReadyAsync()).Reason));
    }

    [Fact]
    public async Task A_report_about_a_GpuNode_that_is_gone_does_not_become_anothers()
    {
        cluster.AddGpuNode("node-1");
        var first = await StoredAsync();
        reporter.Observe(first);
        await cluster.Client.DeleteAsync(KubeResources.GpuNodes, null, "node-1", default);
        cluster.AddGpuNode("node-1");

        await reporter.ReportAsync(Report("True"), first.Metadata.Uid, default);
        Assert.Null((await StoredAsync()).Status);

        clock.Advance(1);
        reporter.Observe(await StoredAsync());
        await reporter.ReportAsync(Report("True"), (await StoredAsync()).Metadata.Uid, default);
        Assert.Equal("True", (await ReadyAsync()).Status);
    }

    private async Task<GpuNodeDocument> StoredAsync() => (await cluster.Client.FindAsync(KubeResources.GpuNodes, null, "node-1", default))!;

    private async Task<Condition> ReadyAsync() => Assert.Single((await StoredAsync()).Status!.Conditions);

    private static GpuNodeStatus Report(string ready, string message = "words") => new()
    {
        ObservedGeneration = 1,
        Driver = "simulated",
        Conditions = [new Condition { Type = "Ready", Status = ready, Reason = "Because", Message = message }],
    };

    private static GpuNodeStatus Sliced(string states) => Report("True") with
    {
        Gpus =
        [
            new GpuStatus
            {
                Index = 0,
                Product = "NVIDIA-A100-SXM4-80GB",
                Slices = [.. states.Split(' ').Select((state, index) => new SliceStatus { Id = $"0-1g.10gb-{index}", State = state, Advertised = state != SliceStates.Failed })],
            },
        ],
    };

    /// <summary>Plays a CRD that does not know the field <c>driver</c>.</summary>
    private sealed class Pruning : DelegatingHandler
    {
        public int Writes { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Writes++;
            var response = await base.SendAsync(request, cancellationToken);
            var stored = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
            stored["status"]!.AsObject().Remove("driver");
            response.Content = new StringContent(stored.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
            return response;
        }
    }
}
