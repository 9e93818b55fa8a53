using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Tests.Cli.Planning;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Cli.Quotas;

/// <summary>An API server with quotas, pods and nodes, on which writes are noticed. Amounts are YAML without braces: <c>cpu: 1, memory: 2Gi</c>.</summary>
internal sealed class QuotaApi : IDisposable
{
    private readonly InMemoryApiServer server = new(
        TimeProvider.System, moreKinds: [new InMemoryKind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false)]);

    private readonly CountingNetwork network;

    internal QuotaApi()
    {
        network = new CountingNetwork(server);
        foreach (var name in new[] { "home", "nos-system", "team-a", "team-b", "team-c", "team-d" })
        {
            Seed("api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }

    internal IReadOnlyList<string> Writes => network.Writes;

    public void Dispose()
    {
        network.Dispose();
        server.Dispose();
    }

    internal KubeClient CreateClient() => network.CreateClient();

    internal async Task<IReadOnlyList<QuotaView>> ViewsAsync()
    {
        using var client = CreateClient();
        var state = new ClusterState(TimeProvider.System);
        state.Apply(new InformerEvent<PodDocument>(true, (await client.ListAsync(KubeResources.Pods, null, CancellationToken.None)).Items, []));
        return QuotaViews.Of(await QuotaObjects.ReadAsync(client, CancellationToken.None), state);
    }

    internal void Quota(string ns, string name, string min, string max = "") => Seed(
        $"apis/nos.nebuly.com/v1alpha1/namespaces/{ns}/elasticquotas",
        new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["spec"] = new JsonObject { ["min"] = Amounts(min), ["max"] = Amounts(max) } });

    internal void Composite(string ns, string name, string[] namespaces, string min, string max = "") => Seed(
        $"apis/nos.nebuly.com/v1alpha1/namespaces/{ns}/compositeelasticquotas",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["namespaces"] = new JsonArray([.. namespaces.Select(space => JsonValue.Create(space))]), ["min"] = Amounts(min), ["max"] = Amounts(max) },
        });

    /// <summary>A pod of one container; requests are the limits, as the API server's defaulting makes them.</summary>
    internal void Pod(string ns, string name, string? node, string phase, string limits, int priority = 0, string scheduler = "nos-scheduler") => Seed(
        $"api/v1/namespaces/{ns}/pods",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = node,
                ["schedulerName"] = scheduler,
                ["priority"] = priority,
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = new JsonObject { ["limits"] = Amounts(limits), ["requests"] = Amounts(limits) } }),
            },
            ["status"] = new JsonObject { ["phase"] = phase },
        });

    /// <summary>A MIG node with one empty A100 of 80 GB and 8 cores.</summary>
    internal void Node(string name)
    {
        var (node, gpuNode) = (Facts.Node(name, count: "1"), Facts.GpuNode([], [], name, gpus: 1));
        Seed("api/v1/nodes", JsonSerializer.SerializeToNode(node with { Metadata = node.Metadata with { Uid = null } }, KubeJson.Default.NodeDocument)!.AsObject());
        Seed(
            "apis/nos.nebuly.com/v1alpha1/gpunodes",
            JsonSerializer.SerializeToNode(gpuNode with { Metadata = new ObjectMeta { Name = name } }, KubeJson.Default.GpuNodeDocument)!.AsObject());
        Seed("apis/coordination.k8s.io/v1/namespaces/nos-system/leases", JsonNode.Parse($$"""
            {"metadata": {"name": "{{name}}"}, "spec": {"holderIdentity": "{{name}}", "leaseDurationSeconds": 90, "renewTime": "{{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.ffffff}}Z"} }
            """)!.AsObject());
    }

    private static JsonObject Amounts(string text) => new(text
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(amount => amount.Split(": "))
        .Select(amount => KeyValuePair.Create(amount[0], (JsonNode?)amount[1])));

    private void Seed(string path, JsonObject thing) => server.Seed(path, Encoding.UTF8.GetBytes(thing.ToJsonString()));
}
