using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Cluster.Binding;

/// <summary>
/// A binder on an API server in memory. What it has heard of, and when, is the test's to say: no informer runs, and the agent is the test. Its clock
/// stands still.
/// </summary>
internal sealed class BindingCluster : IDisposable
{
    private readonly InMemoryApiServer server = new(TimeProvider.System);

    public BindingCluster(params string[] nodes)
    {
        Client = new KubeClient(new HttpClient(new Gate(this) { InnerHandler = server }) { BaseAddress = new Uri("http://in-memory/") });
        Seed("api/v1/namespaces", new NamespaceDocument { Metadata = new ObjectMeta { Name = "team" } });
        (State, Binder) = Restarted();
        foreach (var node in nodes)
        {
            AddNode(node);
        }
    }

    public ManualClock Clock { get; } = new();

    public KubeClient Client { get; }

    public ClusterState State { get; private set; }

    public Binder Binder { get; private set; }

    /// <summary>Requests so far, as <c>PATCH gpunodes/n1</c> and <c>POST pods/p/binding</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Asked before each request; what it returns is answered in the server's stead.</summary>
    public Func<string, HttpStatusCode?> Refuses { get; set; } = _ => null;

    /// <summary>Waited for before each request.</summary>
    public Func<string, Task> Delays { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked after each request; what it returns is answered in the stead of what the server said.</summary>
    public Func<string, HttpStatusCode?> Loses { get; set; } = _ => null;

    public BinderSettings Settings { get; set; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(2), PlacementPolicy.Fragmentation);

    public IEnumerable<string> Bindings => Requests.Where(request => request.EndsWith("/binding", StringComparison.Ordinal));

    /// <summary>A binder that remembers nothing: what it knows is what the API server has.</summary>
    public (ClusterState State, Binder Binder) Restarted()
    {
        var state = new ClusterState(Clock);
        var writer = new GpuNodeWriter(Client, state, Settings.ReservationTtl, new Author("nos-system/nos", "test", Clock));
        return (state, new Binder(Client, state, writer, Settings, Clock, NullLogger<Binder>.Instance));
    }

    public async Task RestartAsync()
    {
        (State, Binder) = Restarted();
        State.Apply(new InformerEvent<NodeDocument>(true, [.. (await Client.ListAsync(KubeResources.Nodes, null, default)).Items], []));
        State.Apply(new InformerEvent<GpuNodeDocument>(true, [.. (await Client.ListAsync(KubeResources.GpuNodes, null, default)).Items], []));
        State.Apply(new InformerEvent<PodDocument>(true, [.. (await Client.ListAsync(KubeResources.Pods, "team", default)).Items], []));
        foreach (var node in State.GpuNodes())
        {
            Beat(node.Metadata.Name);
        }
    }

    /// <summary>A node with one A100 without slices, whose agent is well.</summary>
    public void AddNode(string name)
    {
        Seed("api/v1/nodes", Facts.Node(name, count: "1"));
        Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", Facts.GpuNode([], [], name, gpus: 1));
        State.Apply(new InformerEvent<NodeDocument>(false, [Find(KubeResources.Nodes, null, name)], []));
        State.Apply(Find(KubeResources.GpuNodes, null, name));
        Beat(name);
    }

    /// <summary>The agent is alive.</summary>
    public void Beat(string node) => State.Apply(new InformerEvent<LeaseDocument>(false, [Facts.Lease(node, Guid.NewGuid().ToString())], []));

    /// <summary>A waiting pod that asks for one slice, and that is known.</summary>
    public BindRequest AddPod(string name, string resource = "nvidia.com/mig-1g.10gb")
    {
        Seed("api/v1/namespaces/team/pods", Facts.Pod(name, null, null, "Pending", (resource, 1)));
        return Hear(name);
    }

    /// <summary>The informer brings the pod as it is now.</summary>
    public BindRequest Hear(string pod)
    {
        var document = Find(KubeResources.Pods, "team", pod);
        State.Apply(new InformerEvent<PodDocument>(false, [document], []));
        return new BindRequest("team", pod, document.Metadata.Uid!, "");
    }

    public Task<BindOutcome> BindAsync(BindRequest pod, string node, CancellationToken cancellation = default) => Binder.BindAsync(pod with { Node = node }, cancellation);

    /// <summary>A bind that waits for its slice, which is in the spec.</summary>
    public async Task<Task<BindOutcome>> BindWaitingAsync(BindRequest pod, string node, CancellationToken cancellation = default)
    {
        var binding = BindAsync(pod, node, cancellation);
        await Eventually.Async(() => binding.IsCompleted || Spec(node).Any(slice => slice.For?.Uid == pod.Uid));
        Assert.False(binding.IsCompleted, binding.IsCompleted ? (await binding).Error : "");
        return binding;
    }

    public IReadOnlyList<SliceSpec> Spec(string node) => [.. (Find(KubeResources.GpuNodes, null, node).Spec.Gpus ?? []).SelectMany(gpu => gpu.Slices)];

    /// <summary>The agent carries the spec out and reports; the binder hears of it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="state">The state of all slices of the spec, <c>Free</c> unless said.</param>
    /// <param name="generation">What it claims to have acted on; <see langword="null"/>: the newest.</param>
    /// <param name="ready">Its condition; <see langword="null"/>: none.</param>
    public GpuNodeDocument Report(string node, string state = "Free", long? generation = null, string? ready = "True")
    {
        var current = Find(KubeResources.GpuNodes, null, node);
        var report = Facts.GpuNode([], [.. (current.Spec.Gpus ?? []).SelectMany(gpu => gpu.Slices).Select(slice => $"0/{slice.Profile}@{slice.Start}={state}")], node, gpus: 1).Status! with
        {
            ObservedGeneration = generation ?? current.Metadata.Generation,
            Conditions = ready is null ? [] : [new Condition { Type = "Ready", Status = ready }],
        };
        var patch = new JsonObject { ["status"] = JsonSerializer.SerializeToNode(report, KubeJson.Default.GpuNodeStatus) };
        var written = Client.PatchAsync(KubeResources.GpuNodes, null, node, patch, default, "status").GetAwaiter().GetResult();
        State.Apply(written);
        return written;
    }

    /// <summary>Somebody edits the spec by hand; whether that is heard of is for the test to say.</summary>
    public GpuNodeDocument Edit(string node, params string[] slices)
    {
        var gpus = Facts.GpuNode(slices, [], node, gpus: 1).Spec.Gpus;
        var patch = new JsonObject { ["spec"] = new JsonObject { ["gpus"] = JsonSerializer.SerializeToNode(gpus, KubeJson.Default.GpuSpecArray) } };
        return Client.PatchAsync(KubeResources.GpuNodes, null, node, patch, default).GetAwaiter().GetResult();
    }

    /// <summary>The GPU as the binder sees it.</summary>
    public string Drawn(string node) => Facts.Drawn(State.Current.Find(node)!.Gpus[0]);

    public string? NodeOf(string pod) => Find(KubeResources.Pods, "team", pod).Spec.NodeName;

    public T Find<T>(KubeResource<T> resource, string? ns, string name)
        where T : class, IKubeDocument => Client.FindAsync(resource, ns, name, default).GetAwaiter().GetResult()!;

    public void Seed<T>(string path, T document)
        where T : class, IKubeDocument
    {
        var json = JsonSerializer.SerializeToNode(document, KubeJson.Default.GetTypeInfo(typeof(T))!)!.AsObject();
        foreach (var servers in new[] { "uid", "resourceVersion", "generation" })
        {
            json["metadata"]!.AsObject().Remove(servers);
        }

        server.Seed(path, System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    public void Dispose()
    {
        Client.Dispose();
        server.Dispose();
    }

    private sealed class Gate(BindingCluster cluster) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            var asked = $"{request.Method} {path[(path.IndexOf("pods", StringComparison.Ordinal) is var pods and >= 0 ? pods : path.LastIndexOf("gpunodes", StringComparison.Ordinal) is var gpuNodes and >= 0 ? gpuNodes : 0)..]}";
            cluster.Requests.Enqueue(asked);
            await cluster.Delays(asked);
            var answer = cluster.Refuses(asked) is { } refused ? Answer(refused) : await base.SendAsync(request, cancellationToken);
            return cluster.Loses(asked) is { } lost ? Answer(lost) : answer;
        }

        private static HttpResponseMessage Answer(HttpStatusCode status) =>
            new(status) { Content = new StringContent($$"""{"kind":"Status","message":"by the test","reason":"Test","code":{{(int)status}}}""") };
    }
}
