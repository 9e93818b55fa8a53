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
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Server.Options;
using Nos.Scheduling.Tests.Agent;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>A cluster of A100 nodes without an extender: specs go to an API server in memory, the test plays scheduler and agents, and holds the clock.</summary>
internal sealed class ReactiveCluster : IDisposable
{
    private readonly InMemoryApiServer server;
    private readonly KubeClient client;
    private readonly string[] nodes;
    private int renewals;

    internal ReactiveCluster(params string[] nodes)
    {
        this.nodes = nodes;
        server = new InMemoryApiServer(Clock);
        client = server.CreateClient("leader");
        State = new ClusterState(Clock);
        State.Apply(new InformerEvent<NodeDocument>(true, [.. nodes.Select(name => Facts.Node(name, count: "1"))], []));
        Advance(0);
        foreach (var node in nodes)
        {
            var seeded = Facts.GpuNode([], [], node, gpus: 1);
            server.Seed(
                "apis/nos.nebuly.com/v1alpha1/gpunodes",
                JsonSerializer.SerializeToUtf8Bytes(seeded with { Metadata = new ObjectMeta { Name = node } }, KubeJson.Default.GpuNodeDocument));
        }

        var writer = new GpuNodeWriter(client, State, Ttl, new Author("default/nos", "leader", Clock));
        var settings = new BinderSettings(BindWait, Ttl, PlacementPolicy.Fragmentation);
        var carrier = new PlanCarrier(State, writer, settings, Clock, NullLogger<PlanCarrier>.Instance);
        Partitioner = new ReactivePartitioner(
            State, carrier, AutoSwitch.Auto, PlacementPolicy.Fragmentation, new Patience(Ttl), Told.Add, Clock, NullLogger<ReactivePartitioner>.Instance);
    }

    internal static TimeSpan Ttl { get; } = TimeSpan.FromMinutes(2);

    internal static TimeSpan BindWait { get; } = TimeSpan.FromSeconds(10);

    internal ManualClock Clock { get; } = new();

    internal ClusterState State { get; }

    internal ReactivePartitioner Partitioner { get; }

    internal List<PodEvent> Told { get; } = [];

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    /// <summary>Time passes, and the agents are alive.</summary>
    internal void Advance(double seconds)
    {
        Clock.Advance(seconds);
        renewals++;
        State.Apply(new InformerEvent<LeaseDocument>(false, [.. nodes.Select(name => Facts.Lease(name, $"{renewals}"))], []));
        State.Tick();
    }

    /// <summary>The state hears of all GpuNodes as the API server has them.</summary>
    internal async Task Sync() =>
        State.Apply(new InformerEvent<GpuNodeDocument>(true, (await client.ListAsync(KubeResources.GpuNodes, null, CancellationToken.None)).Items, []));

    /// <summary>Pods that kube-scheduler found no node for.</summary>
    internal void Waiting(params (string Name, string Profile)[] pods) => State.Apply(new InformerEvent<PodDocument>(false, [.. pods.Select(pod => Unschedulable(pod.Name, pod.Profile))], []));

    /// <summary>kube-scheduler binds a pod, without any promise.</summary>
    internal void Bind(string name, string profile, string node) =>
        State.Apply(new InformerEvent<PodDocument>(false, [Facts.Pod(name, node, null, "Pending", ($"nvidia.com/mig-{profile}", 1))], []));

    internal void Gone(string name) => State.Apply(new InformerEvent<PodDocument>(false, [], [Facts.Pod(name)]));

    /// <summary>The agent does what the spec says; slices that are named are used, or cannot be made.</summary>
    internal async Task Act(string node, string? used = null, string? failed = null)
    {
        var gpuNode = (await client.FindAsync(KubeResources.GpuNodes, null, node, CancellationToken.None))!;
        var slices = gpuNode.Spec.Gpus!.Single().Slices.Select(slice => new SliceStatus
        {
            Id = slice.Id, Profile = slice.Profile, Start = slice.Start, Advertised = true,
            State = slice.Id == failed ? SliceStates.Failed : used?.StartsWith($"{slice.Id}=", StringComparison.Ordinal) == true ? SliceStates.Used : SliceStates.Free,
            PodUid = used?.StartsWith($"{slice.Id}=", StringComparison.Ordinal) == true ? $"uid-{used.Split('=')[1]}" : null,
        });
        var gpus = new[] { gpuNode.Status!.Gpus[0] with { Slices = [.. slices] } };
        var status = JsonSerializer.SerializeToNode(gpuNode.Status with { Gpus = gpus, ObservedGeneration = gpuNode.Metadata.Generation }, KubeJson.Default.GpuNodeStatus);
        await client.PatchAsync(KubeResources.GpuNodes, null, node, new JsonObject { ["status"] = status }, CancellationToken.None, "status");
        await Sync();
    }

    /// <summary>The spec of a node's only GPU, with owners: <c>1g.10gb@6!p</c>.</summary>
    internal async Task<string> Spec(string node) => string.Join(' ', (await client.FindAsync(KubeResources.GpuNodes, null, node, CancellationToken.None))!
        .Spec.Gpus!.Single().Slices.Select(slice => $"{slice.Profile}@{slice.Start}{(slice.For is { } owner ? "!" + owner.Uid.Replace("uid-", "", StringComparison.Ordinal) : "")}"));

    /// <summary>How often specs were written.</summary>
    internal async Task<long> Writes() => (await client.ListAsync(KubeResources.GpuNodes, null, CancellationToken.None)).Items.Sum(node => node.Metadata.Generation ?? 0);

    internal static PodDocument Unschedulable(string name, string profile)
    {
        var pod = Facts.Pod(name, null, null, "Pending", ($"nvidia.com/mig-{profile}", 1));
        var lacking = new Condition { Type = "PodScheduled", Status = "False", Reason = "Unschedulable", Message = $"0/1 nodes are available: 1 Insufficient nvidia.com/mig-{profile}." };
        return pod with { Status = pod.Status with { Conditions = [lacking] } };
    }
}
