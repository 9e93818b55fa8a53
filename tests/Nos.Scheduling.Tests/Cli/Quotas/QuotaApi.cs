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
    internal void Pod(string ns, string name, string? node, string phase, string limits, int priority = 0, string? claim = null, string? said = null) => Seed(
        $"api/v1/namespaces/{ns}/pods",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = name }, ["annotations"] = claim is null ? null : new JsonObject { ["nos.nebuly.com/claim"] = claim } },
            ["spec"] = new JsonObject
            {
                ["nodeName"] = node,
                ["schedulerName"] = "nos-scheduler",
                ["priority"] = priority,
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = new JsonObject { ["limits"] = Amounts(limits), ["requests"] = Amounts(limits) } }),
            },
            ["status"] = new JsonObject
            {
                ["phase"] = phase,
                ["conditions"] = said is null ? null : new JsonArray(JsonNode.Parse($$"""{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "{{said}}"}""")),
            },
        });

    /// <summary>A PodDisruptionBudget over the pods of that name that lets none of them go.</summary>
    internal void Budget(string ns, string pod) => Seed(
        $"apis/policy/v1/namespaces/{ns}/poddisruptionbudgets",
        JsonNode.Parse($$"""{"metadata": {"name": "none-of-{{pod}}"}, "spec": {"selector": {"matchLabels": {"app": "{{pod}}"} } }, "status": {"disruptionsAllowed": 0} }""")!.AsObject());

    /// <summary>A MIG node with one A100 of 80 GB and 8 cores, and on it the slices of pods that are there: <c>3g.40gb@0=team-a/p</c>.</summary>
    internal async Task NodeAsync(string name, params string[] slices)
    {
        var status = slices.Select(slice => slice.Split('=')).Select((slice, at) => (Shape: $"0/{slice[0]}", Mark: $"mark{at}", Pod: slice[1])).ToList();
        var node = Facts.Node(name, count: "1");
        var gpuNode = Facts.GpuNode([.. status.Select(slice => slice.Shape)], [.. status.Select(slice => $"{slice.Shape}=Used:{slice.Mark}")], name, gpus: 1);
        var json = JsonSerializer.Serialize(gpuNode with { Metadata = new ObjectMeta { Name = name } }, KubeJson.Default.GpuNodeDocument);
        using var client = CreateClient();
        foreach (var (_, mark, pod) in status)
        {
            var known = (await client.FindAsync(KubeResources.Pods, pod.Split('/')[0], pod.Split('/')[1], CancellationToken.None))!;
            json = json.Replace($"uid-{mark}", known.Metadata.Uid, StringComparison.Ordinal).Replace($"team/{mark}/", $"{pod}/", StringComparison.Ordinal);
        }

        Seed("api/v1/nodes", JsonSerializer.SerializeToNode(node with { Metadata = node.Metadata with { Uid = null } }, KubeJson.Default.NodeDocument)!.AsObject());
        Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", JsonNode.Parse(json)!.AsObject());
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
