using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

/// <summary>An in-memory API server, a client of it, and the objects that tests put into it.</summary>
internal sealed class TestCluster : IDisposable
{
    public TestCluster(InMemoryLimits? limits = null)
    {
        Server = new InMemoryApiServer(TimeProvider.System, limits);
        Client = Server.CreateClient("tester");
    }

    public InMemoryApiServer Server { get; }

    public KubeClient Client { get; }

    public Task<PodDocument> AddPodAsync(string name, JsonObject? more = null, string ns = "default") => CreateAsync(KubeResources.Pods, ns, Pod(name, more));

    public Task<NodeDocument> AddNodeAsync(string name, JsonObject? labels = null) => CreateAsync(
        KubeResources.Nodes, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = labels ?? [] } });

    public Task<GpuNodeDocument> AddGpuNodeAsync(string name, string? ownerUid = null) => CreateAsync(
        KubeResources.GpuNodes,
        null,
        new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["ownerReferences"] = ownerUid is null ? null : new JsonArray(new JsonObject { ["kind"] = "Node", ["name"] = name, ["uid"] = ownerUid }),
            },
            ["spec"] = new JsonObject { ["mode"] = "MIG" },
        });

    public Task BindAsync(PodDocument pod, string node) => Client.BindAsync(
        new BindingDocument
        {
            Metadata = new ObjectMeta { Name = pod.Metadata.Name, Namespace = pod.Metadata.Namespace, Uid = pod.Metadata.Uid },
            Target = new ObjectReference { Kind = "Node", Name = node },
        },
        CancellationToken.None);

    public Task<PodDocument> PatchAsync(PodDocument pod, JsonObject patch, string? subresource = null) =>
        Client.PatchAsync(KubeResources.Pods, pod.Metadata.Namespace, pod.Metadata.Name, patch, CancellationToken.None, subresource);

    public Task<PodDocument?> FindPodAsync(string name) => Client.FindAsync(KubeResources.Pods, "default", name, CancellationToken.None);

    public static JsonObject Pod(string name, JsonObject? more = null)
    {
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["image"] = "a" }) },
        };
        foreach (var (field, value) in more ?? [])
        {
            pod[field] ??= new JsonObject();
            foreach (var (name2, value2) in value!.AsObject())
            {
                pod[field]![name2] = value2?.DeepClone();
            }
        }

        return pod;
    }

    public async Task<T> CreateAsync<T>(KubeResource<T> resource, string? ns, JsonObject json)
        where T : class, IKubeDocument
    {
        var path = resource.CollectionPath(ns);
        var stored = await Client.AskAsync(path, Encoding.UTF8.GetBytes(json.ToJsonString()), CancellationToken.None);
        return System.Text.Json.JsonSerializer.Deserialize(stored, resource.ObjectType)!;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
