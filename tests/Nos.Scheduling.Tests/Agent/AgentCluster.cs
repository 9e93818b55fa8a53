using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Agent;

/// <summary>An API server in memory, the agents that play its nodes, and a hand that plays server and users.</summary>
internal sealed class AgentCluster : IAsyncDisposable
{
    private readonly InMemoryApiServer server = new(TimeProvider.System);
    private readonly LogLines log = new();
    private CancellationTokenSource stop = new();
    private SimulatedAgents? agents;
    private Task running = Task.CompletedTask;
    private volatile bool isCut;

    public AgentCluster(bool withNamespace = true)
    {
        Client = server.CreateClient("tester");
        if (withNamespace)
        {
            AddNamespace("nos-system");
        }
    }

    public KubeClient Client { get; }

    public AgentOptions Options { get; set; } = new() { SimulateNodes = new NodeLabel("simulated", "yes") };

    public IEnumerable<string> Log => log.Lines;

    /// <summary>Requests that the agents have sent, as <c>PATCH apis/…</c>.</summary>
    public ConcurrentQueue<(string Request, DateTimeOffset At)> Requests { get; } = new();

    public async Task StartAsync()
    {
        stop = new CancellationTokenSource();
        var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        agents = new SimulatedAgents(ClientThrough(new Recorder(this)), Options, TimeProvider.System, loggers);
        running = agents.RunAsync(stop.Token);
        await agents.Synced.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>A client whose messages pass through something.</summary>
    public KubeClient ClientThrough(DelegatingHandler handler)
    {
        handler.InnerHandler = server;
        return new KubeClient(new HttpClient(handler) { BaseAddress = new Uri("http://in-memory/") });
    }

    /// <summary>As SIGTERM does.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(30));
        agents?.Dispose();
        agents = null;
    }

    /// <summary>As SIGKILL does: not one more request comes from the agents.</summary>
    public async Task KillAsync()
    {
        isCut = true;
        await StopAsync();
        isCut = false;
    }

    public void AddNode(string name, string? mode = "mig", string product = "NVIDIA-A100-SXM4-80GB", string count = "1")
    {
        var labels = new JsonObject { ["simulated"] = "yes", ["nvidia.com/gpu.product"] = product, ["nvidia.com/gpu.count"] = count };
        if (mode is not null)
        {
            labels["nos.nebuly.com/gpu-partitioning"] = mode;
        }

        Seed("api/v1/nodes", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels } }.ToJsonString());
    }

    /// <summary>What the server does when a node gets the label.</summary>
    public void AddGpuNode(string name, string mode = "MIG") => Seed(
        "apis/nos.nebuly.com/v1alpha1/gpunodes", $$$"""{"metadata":{"name":"{{{name}}}"},"spec":{"mode":"{{{mode}}}"}}""");

    public Task LabelAsync(string node, string key, string? value) => Client.PatchAsync(
        KubeResources.Nodes, null, node, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } }, default);

    /// <summary>Writes the spec of as many GPUs as texts are given, each as <c>1g.10gb@0 2g.20gb@2</c>.</summary>
    public Task<GpuNodeDocument> CutAsync(string node, params string[] gpus) => CutAsync(node, [.. gpus.Select((slices, index) => Slices.Gpu(index, slices))]);

    public Task<GpuNodeDocument> CutAsync(string node, params GpuSpec[] gpus) => Client.PatchAsync(
        KubeResources.GpuNodes,
        null,
        node,
        new JsonObject { ["spec"] = new JsonObject { ["gpus"] = JsonSerializer.SerializeToNode(gpus, KubeJson.Default.GpuSpecArray) } },
        default);

    public async Task<GpuNodeStatus> StatusAsync(string node) =>
        (await Client.FindAsync(KubeResources.GpuNodes, null, node, default))?.Status ?? new GpuNodeStatus();

    public async Task<LeaseDocument?> LeaseAsync(string node) => await Client.FindAsync(KubeResources.Leases, "nos-system", node, default);

    /// <summary>Waits until the report draws the node's slices so: <c>0-1g.10gb-3 Used team-a/x/main</c>, apart by commas.</summary>
    public async Task<GpuNodeStatus> ShowsAsync(string node, string slices)
    {
        await Eventually.Async(async () => Text(await StatusAsync(node)) is var shown && shown == slices ? "" : $"wanted: {slices}; shown: {shown}; log: {string.Join('\n', Log)}");
        return await StatusAsync(node);
    }

    /// <summary>Waits until the report has the condition with that status and reason.</summary>
    public async Task<Condition> ConditionAsync(string node, string type, string status, string reason)
    {
        await Eventually.Async(async () => await FindAsync() is { } found && found.Status == status && found.Reason == reason ? "" : $"{type} is {await FindAsync()}");
        return (await FindAsync())!;

        async Task<Condition?> FindAsync() => Array.Find((await StatusAsync(node)).Conditions, condition => condition.Type == type);
    }

    public void AddNamespace(string name) => Seed("api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");

    /// <summary>A bound pod with one container <c>main</c>; further ones with <paramref name="more"/>.</summary>
    public void AddPod(string name, string node, string resource, string? promise = null, string more = "")
    {
        var annotations = promise is null ? "" : $$"""
            "nos.nebuly.com/slices": "{{promise}}"
            """;
        Seed("api/v1/namespaces/default/pods", $$$"""
            {"metadata":{"name":"{{{name}}}","annotations":{ {{{annotations}}} }},
             "spec":{"nodeName":"{{{node}}}","containers":[{"name":"main","image":"i","resources":{"limits":{"{{{resource}}}":"1"} } }]{{{more}}}},
             "status":{"phase":"Running"}}
            """);
    }

    public async Task<string?> UidAsync(string pod) => (await Client.FindAsync(KubeResources.Pods, "default", pod, default))?.Metadata.Uid;

    public Task EndPodAsync(string name, string phase) => Client.PatchAsync(
        KubeResources.Pods, "default", name, new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } }, default, "status");

    public Task DeletePodAsync(string name, int? grace = 0) => Client.DeleteAsync(KubeResources.Pods, "default", name, default, gracePeriodSeconds: grace);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Client.Dispose();
        server.Dispose();
    }

    private static string Text(GpuNodeStatus status) => string.Join(", ", status.Gpus.SelectMany(gpu => gpu.Slices).Select(slice => $"{slice.Id} {slice.State} {slice.Pod}".Trim()));

    private void Seed(string path, string json) => server.Seed(path, Encoding.UTF8.GetBytes(json));

    private sealed class Recorder(AgentCluster cluster) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (cluster.isCut)
            {
                throw new HttpRequestException("killed");
            }

            cluster.Requests.Enqueue(($"{request.Method} {request.RequestUri!.AbsolutePath.Trim('/')}", DateTimeOffset.UtcNow));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
