using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Cluster.Binding;

/// <summary>A binder on an API server in memory with agents; of pods it hears only what the test tells it, as late as it likes.</summary>
internal sealed class LaggingCluster : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly AgentCluster cluster = new();
    private Task watching = Task.CompletedTask;

    public LaggingCluster()
    {
        State = new ClusterState(TimeProvider.System);
        var client = cluster.ClientThrough(Network);
        var writer = new GpuNodeWriter(client, State, TimeSpan.FromMinutes(2), new Author("nos-system/test", "test", TimeProvider.System));
        var settings = new BinderSettings(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), PlacementPolicy.Fragmentation);
        Binder = new Binder(client, State, writer, settings, TimeProvider.System, NullLogger<Binder>.Instance);
    }

    public ClusterState State { get; }

    public Binder Binder { get; }

    /// <summary>What the binder's requests go through.</summary>
    public BindingNetwork Network { get; } = new();

    /// <summary>Nodes of one A100 each, adopted and empty.</summary>
    public async Task StartAsync(params string[] nodes)
    {
        cluster.Options = cluster.Options with { SimulatedLatency = TimeSpan.FromMilliseconds(20) };
        foreach (var node in nodes)
        {
            cluster.AddNode(node);
            cluster.AddGpuNode(node);
            await cluster.CutAsync(node, "");
            await cluster.Client.PatchAsync(
                KubeResources.Nodes, null, node, new JsonObject { ["status"] = new JsonObject { ["allocatable"] = new JsonObject { ["pods"] = "110" } } }, default, "status");
        }

        await cluster.StartAsync();
        var log = NullLogger.Instance;
        watching = Task.WhenAll(
            new Informer<NodeDocument>(cluster.Client, KubeResources.Nodes, State.Apply, log, TimeProvider.System).RunAsync(stop.Token),
            new Informer<GpuNodeDocument>(cluster.Client, KubeResources.GpuNodes, State.Apply, log, TimeProvider.System).RunAsync(stop.Token),
            new Informer<LeaseDocument>(cluster.Client, KubeResources.Leases, State.Apply, log, TimeProvider.System).RunAsync(stop.Token));
        await Eventually.Async(() => nodes.All(node => State.Current.Find(node)?.Obstacle == Misfit.None));
    }

    /// <summary>A waiting pod that asks for a whole GPU, and that the binder has heard of.</summary>
    public async Task<PodDocument> AddPodAsync(string name)
    {
        var pod = new PodDocument
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new PodSpec { Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = new() { ["nvidia.com/mig-7g.80gb"] = Quantity.Of(1) } } }] },
        };
        var created = await cluster.Client.CreateAsync(KubeResources.Pods, "default", pod, CancellationToken.None);
        State.Apply(new InformerEvent<PodDocument>(false, [created], []));
        return created;
    }

    public Task DeletePodAsync(string name) => cluster.DeletePodAsync(name);

    public async Task<PodDocument?> FindPodAsync(string name) => await cluster.Client.FindAsync(KubeResources.Pods, "default", name, CancellationToken.None);

    /// <summary>The error; empty where the pod is bound.</summary>
    public async Task<string> BindAsync(PodDocument pod, string node) =>
        (await Binder.BindAsync(new BindRequest("default", pod.Metadata.Name, pod.Metadata.Uid!, node), CancellationToken.None)).Error ?? "";

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await cluster.DisposeAsync();
        stop.Dispose();
    }
}
