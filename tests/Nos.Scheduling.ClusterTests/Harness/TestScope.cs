using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// One test's corner of a shared plane: a namespace of its own and nodes under a prefix of its own, removed at the end so that
/// the next test's scheduler does not see them. It plays kubelet for its pods.
/// </summary>
public sealed class TestScope : IAsyncDisposable
{
    private readonly HashSet<string> _namespaces = [];
    private readonly HashSet<string> _nodes = [];

    private TestScope(TestApi api, string prefix)
    {
        Api = api;
        Prefix = prefix;
    }

    public TestApi Api { get; }

    /// <summary>Unique; begin every name of a cluster-wide object with it.</summary>
    public string Prefix { get; }

    /// <summary>The main namespace; <see cref="AddNamespace"/> adds more.</summary>
    public string Namespace => Prefix;

    /// <param name="api">An administrator's.</param>
    /// <param name="theme">A lower-case word that tells a reader of logs which test this was.</param>
    public static async Task<TestScope> Create(TestApi api, string theme)
    {
        var scope = new TestScope(api, $"{theme}-{Guid.NewGuid().ToString("N")[..8]}");
        await scope.AddNamespace(scope.Namespace);
        return scope;
    }

    /// <summary>The full name of a node of this scope.</summary>
    public string NodeName(string shortName) => $"{Prefix}-{shortName}";

    public async Task AddNamespace(string name, params (string Key, string Value)[] labels)
    {
        var marks = new JsonObject();
        foreach (var (key, value) in labels)
        {
            marks[key] = value;
        }

        await Api.Create(ApiPaths.Namespaces, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = marks },
        });
        _namespaces.Add(name);
    }

    /// <summary>Creates the node and reports its status, as a kubelet would.</summary>
    public async Task<JsonObject> Add(TestNode node)
    {
        _nodes.Add(node.Name);
        await Api.Create(ApiPaths.Nodes, node.ToJson());
        return await Api.MergePatch(ApiPaths.Node(node.Name) + "/status", new JsonObject { ["status"] = node.Status() });
    }

    /// <param name="namespace">Null: the main one.</param>
    public Task<JsonObject> Add(TestPod pod, string? @namespace = null) => Api.Create(ApiPaths.Pods(@namespace ?? Namespace), pod.ToJson());

    public Task<JsonObject> Pod(string name) => Api.Get(ApiPaths.Pod(Namespace, name));

    /// <summary>The pod once a scheduler has bound it.</summary>
    public Task<JsonObject> BoundPod(string name, TimeSpan? within = null) => Api.Eventually(
        ApiPaths.Pod(Namespace, name), $"pod {Namespace}/{name} is bound", pod => pod.Text("spec", "nodeName") is not null, within);

    /// <summary>The pod once a scheduler has given up on it for now, with those words in its PodScheduled condition.</summary>
    public Task<JsonObject> UnschedulablePod(string name, string saying, TimeSpan? within = null) => Api.Eventually(
        ApiPaths.Pod(Namespace, name),
        $"pod {Namespace}/{name} is unschedulable with \"{saying}\"",
        pod => pod.At("status", "conditions") is JsonArray conditions && conditions.Any(condition =>
            condition.Text("type") == "PodScheduled" && condition.Text("status") == "False"
            && condition.Text("message")?.Contains(saying, StringComparison.Ordinal) == true),
        within);

    /// <summary>Plays kubelet: the pod's containers run.</summary>
    public Task Run(string pod) => Report(pod, "Running");

    /// <summary>Plays kubelet: the pod's containers ended well; the object stays.</summary>
    public Task Finish(string pod) => Report(pod, "Succeeded");

    /// <summary>Deletes the pod and plays the kubelet that confirms it.</summary>
    public Task Remove(string pod) => Api.Delete(ApiPaths.Pod(Namespace, pod));

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _namespaces)
        {
            foreach (var pod in await Api.List(ApiPaths.Pods(name)))
            {
                await Api.Delete(ApiPaths.Pod(name, pod.Name()));
            }

            // It stays Terminating (no controller finishes it), which refuses new objects: what is wanted.
            await Api.Delete(ApiPaths.Namespace(name));
        }

        foreach (var node in _nodes)
        {
            await Api.Delete(ApiPaths.Node(node));
        }
    }

    private Task<JsonObject> Report(string pod, string phase) => Api.MergePatch(ApiPaths.Pod(Namespace, pod) + "/status", new JsonObject
    {
        ["status"] = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True" },
                new JsonObject { ["type"] = "Ready", ["status"] = phase == "Running" ? "True" : "False" }),
        },
    });
}
