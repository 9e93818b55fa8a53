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

/// <summary>Two servers that both bind, whose watches lag, on slices that are all there already: the worst that two leaders can do.</summary>
public sealed class TwoBindersTests : IDisposable
{
    private const string OneG = "nvidia.com/mig-1g.10gb";
    private static readonly string[] Places = [.. Enumerable.Range(0, 7).Select(start => $"0/1g.10gb@{start}")];
    private readonly InMemoryApiServer server = new(TimeProvider.System);
    private readonly CancellationTokenSource stop = new();
    private readonly KubeClient admin;

    public TwoBindersTests() => admin = server.CreateClient("admin");

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
        admin.Dispose();
        server.Dispose();
    }

    [Fact]
    public async Task No_slice_is_promised_twice()
    {
        foreach (var node in new[] { "n1", "n2" })
        {
            server.Seed("api/v1/nodes", JsonSerializer.SerializeToUtf8Bytes(Facts.Node(node), KubeJson.Default.NodeDocument));
            server.Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", JsonSerializer.SerializeToUtf8Bytes(WithoutIdentity(Facts.GpuNode(Places, Places, node, gpus: 1)), KubeJson.Default.GpuNodeDocument));
        }

        _ = AcknowledgeAsync();
        var servers = new[] { await ServeAsync("one"), await ServeAsync("two") };
        var pods = new List<PodDocument>();
        for (var index = 0; index < 20; index++)
        {
            pods.Add(await AddPodAsync($"p{index}"));
        }

        // Each pod is bound by one server, tried on both nodes; twenty pods want fourteen slices.
        await Task.WhenAll(pods.Select(async (pod, index) =>
        {
            var request = new BindRequest("default", pod.Metadata.Name, pod.Metadata.Uid!, index % 4 < 2 ? "n1" : "n2");
            for (var attempt = 0; attempt < 12 && (await servers[index % 2].BindAsync(request, CancellationToken.None)).Error is not null; attempt++)
            {
                request = request with { Node = request.Node == "n1" ? "n2" : "n1" };
                await Task.Delay(Random.Shared.Next(5, 40));
            }
        }));

        var bound = (await admin.ListAsync(KubeResources.Pods, null, CancellationToken.None)).Items.Where(pod => pod.Spec.NodeName is not null)
            .Select(pod => $"{pod.Spec.NodeName} {pod.Metadata.Annotation(NosKeys.Slices)}").ToList();
        Assert.Equal(bound.Count, bound.Distinct().Count());
        Assert.True(bound.Count > 7, $"only {bound.Count} were bound: {string.Join(", ", bound)}");
    }

    /// <summary>An agent with nothing to do: all slices are there, it only has to say that it has seen the spec.</summary>
    private Task AcknowledgeAsync() => new Informer<GpuNodeDocument>(
        admin,
        KubeResources.GpuNodes,
        change =>
        {
            foreach (var gpuNode in change.Changed.Where(gpuNode => gpuNode.Status?.ObservedGeneration != gpuNode.Metadata.Generation))
            {
                _ = admin.PatchAsync(
                    KubeResources.GpuNodes, null, gpuNode.Metadata.Name,
                    new JsonObject { ["status"] = new JsonObject { ["observedGeneration"] = gpuNode.Metadata.Generation } }, stop.Token, "status");
            }
        },
        NullLogger.Instance,
        TimeProvider.System).RunAsync(stop.Token);

    private async Task<Binder> ServeAsync(string name)
    {
        var client = server.CreateClient(name);
        var state = new ClusterState(TimeProvider.System);
        state.Apply(new InformerEvent<LeaseDocument>(true, [Facts.Lease("n1"), Facts.Lease("n2")], []));
        state.Contest(true);
        var nodes = Follow<NodeDocument>(client, KubeResources.Nodes, state.Apply);
        var gpuNodes = Follow<GpuNodeDocument>(client, KubeResources.GpuNodes, state.Apply);
        var pods = Follow<PodDocument>(client, KubeResources.Pods, state.Apply);
        await Task.WhenAll(nodes, gpuNodes, pods);
        var writer = new GpuNodeWriter(client, state, TimeSpan.FromMinutes(2), new Author($"default/{name}", name, TimeProvider.System));
        var settings = new BinderSettings(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), PlacementPolicy.Fragmentation);
        return new Binder(client, state, writer, settings, TimeProvider.System, NullLogger<Binder>.Instance);
    }

    private Task Follow<T>(KubeClient client, KubeResource<T> resource, Action<InformerEvent<T>> apply)
        where T : class, IKubeDocument
    {
        // What the watch tells is heard late, now more and now less; in order.
        var last = Task.CompletedTask;
        var informer = new Informer<T>(
            client,
            resource,
            change => last = change.IsReplacement ? Heard(change) : last.ContinueWith(
                async _ =>
                {
                    await Task.Delay(Random.Shared.Next(0, 30));
                    await Heard(change);
                },
                TaskScheduler.Default).Unwrap(),
            NullLogger.Instance,
            TimeProvider.System);
        _ = informer.RunAsync(stop.Token);
        return informer.Synced;

        Task Heard(InformerEvent<T> change)
        {
            apply(change);
            return Task.CompletedTask;
        }
    }

    private async Task<PodDocument> AddPodAsync(string name)
    {
        await admin.CreateAsync(KubeResources.Pods, "default", new PodDocument
        {
            Metadata = new ObjectMeta { Name = name },
            Spec = new PodSpec { Containers = [new Container { Name = "main", Resources = new ContainerResources { Limits = new() { [OneG] = Quantity.Of(1) } } }] },
        }, CancellationToken.None);
        return (await admin.FindAsync(KubeResources.Pods, "default", name, CancellationToken.None))!;
    }

    private static GpuNodeDocument WithoutIdentity(GpuNodeDocument gpuNode) => gpuNode with { Metadata = new ObjectMeta { Name = gpuNode.Metadata.Name } };
}
