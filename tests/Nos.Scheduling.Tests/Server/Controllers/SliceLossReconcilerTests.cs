using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>On an API server in memory, which answers evictions, and refuses as the test says.</summary>
public sealed class SliceLossReconcilerTests : IDisposable
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private readonly ManualClock clock = new();
    private readonly InMemoryApiServer server;
    private readonly Gate gate;
    private readonly KubeClient client;
    private readonly ClusterState state;
    private readonly List<PodEvent> told = [];
    private Dictionary<string, PodDocument> pods = [];
    private readonly List<(string, TimeSpan)> again = [];

    public SliceLossReconcilerTests()
    {
        server = new InMemoryApiServer(clock);
        gate = new Gate { InnerHandler = server };
        client = new KubeClient(new HttpClient(gate) { BaseAddress = new Uri("http://in-memory/") });
        state = new ClusterState(clock);
        Seed("api/v1/namespaces", new NamespaceDocument { Metadata = new ObjectMeta { Name = "team" } });
        state.Apply(new InformerEvent<NodeDocument>(true, [Facts.Node()], []));
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task Evicts_through_the_Eviction_API_and_tells_why()
    {
        await RunAsync("p", "q");
        Lose("p");

        await Reconciler(Grace).ReconcileAsync("n1", default);

        Assert.Equal(["q"], await PodsAsync());
        Assert.Equal(["p"], gate.Evictions);
        var happened = Assert.Single(told);
        Assert.Equal(("SliceLost", pods["p"].Metadata.Uid, true), (happened.Reason, happened.Uid, happened.IsWarning));
        Assert.Contains("MIG-old-p", happened.Message);
    }

    [Fact]
    public async Task A_pod_that_cannot_be_evicted_does_not_keep_the_others_and_is_tried_again()
    {
        await RunAsync("p", "q", "r");
        Lose("p", "q", "r");
        gate.Refuses = path => path.Contains("/pods/q/eviction", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : null;

        await Assert.ThrowsAsync<KubeApiException>(() => Reconciler(Grace).ReconcileAsync("n1", default));

        Assert.Equal(["q"], await PodsAsync());
    }

    [Fact]
    public async Task A_budget_is_honoured_for_the_grace_and_then_passed_over()
    {
        await RunAsync("p", "q");
        Lose("p", "q");
        Protect("p");
        var reconciler = Reconciler(Grace);

        await reconciler.ReconcileAsync("n1", default);
        clock.Advance(Grace.TotalSeconds - 1);
        await reconciler.ReconcileAsync("n1", default);

        Assert.Equal(["p"], await PodsAsync());
        Assert.Equal([("n1", TimeSpan.FromSeconds(5)), ("n1", TimeSpan.FromSeconds(5))], again);

        clock.Advance(1);
        await reconciler.ReconcileAsync("n1", default);
        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task With_no_grace_a_budget_is_honoured_for_ever()
    {
        await RunAsync("p");
        Lose("p");
        Protect("p");
        var reconciler = Reconciler(TimeSpan.Zero);
        await reconciler.ReconcileAsync("n1", default);

        clock.Advance(TimeSpan.FromDays(1).TotalSeconds);
        await reconciler.ReconcileAsync("n1", default);

        Assert.Equal(["p"], await PodsAsync());
    }

    [Fact]
    public async Task A_new_leader_knows_what_is_lost_from_the_report_alone()
    {
        await RunAsync("p");
        Lose("p");
        gate.Refuses = path => path.EndsWith("/eviction", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : null;
        await Assert.ThrowsAsync<KubeApiException>(() => Reconciler(Grace).ReconcileAsync("n1", default));
        gate.Refuses = _ => null;

        await Reconciler(Grace).ReconcileAsync("n1", default);

        Assert.Empty(await PodsAsync());
    }

    [Fact]
    public async Task Whose_term_is_over_evicts_nobody()
    {
        await RunAsync("p");
        Lose("p");
        using var fenced = new KubeClient(new HttpClient(gate, disposeHandler: false) { BaseAddress = new Uri("http://in-memory/") }, new WriteFence(TimeSpan.FromSeconds(1), () => TimeSpan.Zero));

        await Assert.ThrowsAnyAsync<Exception>(() => Reconciler(Grace, fenced).ReconcileAsync("n1", default));

        Assert.Equal(["p"], await PodsAsync());
    }

    private SliceLossReconciler Reconciler(TimeSpan grace, KubeClient? through = null) => new(
        through ?? client, state, told.Add, (node, pause) => again.Add((node, pause)), grace, clock, NullLogger<SliceLossReconciler>.Instance);

    private async Task RunAsync(params string[] names)
    {
        foreach (var name in names)
        {
            var pod = Facts.Pod(name, "n1", null, "Running", (OneG, 1));
            Seed("api/v1/namespaces/team/pods", pod with { Metadata = pod.Metadata with { Labels = new() { ["app"] = name }, ResourceVersion = null } });
        }

        pods = (await client.ListAsync(KubeResources.Pods, "team", default)).Items.ToDictionary(pod => pod.Metadata.Name);
        state.Apply(new InformerEvent<PodDocument>(true, [.. pods.Values], []));
    }

    private void Lose(params string[] names)
    {
        var gpuNode = Facts.GpuNode([.. names.Select((_, start) => $"0/1g.10gb@{start}")], [.. names.Select((name, start) => $"0/1g.10gb@{start}=Used:{name}")]);
        var slices = gpuNode.Status!.Gpus[0].Slices.Zip(names, (slice, name) => slice with { PodUid = pods[name].Metadata.Uid, Uuid = "MIG-new", LostUuid = $"MIG-old-{name}" });
        var status = gpuNode.Status with { Gpus = [gpuNode.Status.Gpus[0] with { Slices = [.. slices] }] };
        state.Apply(new InformerEvent<GpuNodeDocument>(true, [gpuNode with { Status = status }], []));
    }

    private void Protect(string app) => server.Seed("apis/policy/v1/namespaces/team/poddisruptionbudgets", System.Text.Encoding.UTF8.GetBytes(
        $$$"""{"metadata":{"name":"b"},"spec":{"selector":{"matchLabels":{"app":"{{{app}}}"} } },"status":{"disruptionsAllowed":0}}"""));

    private async Task<IEnumerable<string>> PodsAsync() =>
        (await client.ListAsync(KubeResources.Pods, "team", default)).Items.Where(pod => pod.Metadata.DeletionTimestamp is null).Select(pod => pod.Metadata.Name).Order(StringComparer.Ordinal);

    private void Seed<T>(string path, T document) => server.Seed(path, JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), KubeJson.Default));

    private sealed class Gate : DelegatingHandler
    {
        public ConcurrentQueue<string> Evictions { get; } = new();

        public Func<string, HttpStatusCode?> Refuses { get; set; } = _ => null;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            if (Refuses(path) is { } code)
            {
                return Task.FromResult(new HttpResponseMessage(code) { Content = new StringContent("{}") });
            }

            if (path.EndsWith("/eviction", StringComparison.Ordinal))
            {
                Evictions.Enqueue(path.Split('/')[^2]);
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
