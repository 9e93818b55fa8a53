using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A pod as a user writes it: <c>TestPod.Named("p").Asking("nos.nebuly.com/gpu-memory", 10).By("nos-scheduler")</c>. It starts with
/// one container, <c>main</c>; what is asked goes to the container named last.
/// </summary>
public sealed class TestPod
{
    private readonly JsonObject _labels = [];
    private readonly JsonObject _annotations = [];
    private readonly JsonArray _owners = [];
    private readonly JsonArray _containers = [];
    private readonly JsonArray _initContainers = [];
    private readonly JsonObject _spec = [];
    private JsonObject _current;

    private TestPod(string name)
    {
        Name = name;
        _current = Container("main");
        _containers.Add(_current);
    }

    public string Name { get; }

    public static TestPod Named(string name) => new(name);

    /// <summary>A limit; the server copies it into the requests.</summary>
    public TestPod Asking(string resource, int quantity) => Asking(resource, $"{quantity}");

    /// <inheritdoc cref="Asking(string, int)"/>
    public TestPod Asking(string resource, string quantity)
    {
        _current["resources"]!["limits"]![resource] = quantity;
        return this;
    }

    /// <summary>A request without a limit, for cpu and memory.</summary>
    public TestPod Requesting(string resource, string quantity)
    {
        _current["resources"]!["requests"]![resource] = quantity;
        return this;
    }

    public TestPod AndContainer(string name)
    {
        _current = Container(name);
        _containers.Add(_current);
        return this;
    }

    public TestPod AndInitContainer(string name)
    {
        _current = Container(name);
        _initContainers.Add(_current);
        return this;
    }

    /// <summary>Really run, by a kubelet that has the image already; the other images are of no registry.</summary>
    /// <param name="image">Such as <c>kl.local/work:1</c>.</param>
    /// <param name="arguments">To its entry point.</param>
    public TestPod Running(string image, params string[] arguments)
    {
        (_current["image"], _current["imagePullPolicy"]) = (image, "Never");
        _current["args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]);
        return this;
    }

    /// <param name="schedulerName">Unless said, the API server sets <c>default-scheduler</c>.</param>
    public TestPod By(string schedulerName) => Spec("schedulerName", schedulerName);

    public TestPod Labelled(string key, string value)
    {
        _labels[key] = value;
        return this;
    }

    public TestPod Annotated(string key, string value)
    {
        _annotations[key] = value;
        return this;
    }

    /// <summary>Only nodes with this label.</summary>
    public TestPod OnNodesWith(string label, string value)
    {
        var selector = _spec["nodeSelector"] as JsonObject ?? [];
        selector[label] = value;
        return Spec("nodeSelector", selector);
    }

    /// <summary>Bound at creation, past every scheduler.</summary>
    public TestPod BoundTo(string node) => Spec("nodeName", node);

    /// <summary>Made by a controller of that name, and identity <c>uid-</c>name, which nobody plays unless the test does.</summary>
    public TestPod OwnedBy(string replicaSet)
    {
        _owners.Add(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["name"] = replicaSet,
            ["uid"] = $"uid-{replicaSet}",
            ["controller"] = true,
        });
        return this;
    }

    public TestPod WithPriority(string priorityClass) => Spec("priorityClassName", priorityClass);

    /// <summary>Any field of the spec that no sentence above covers.</summary>
    public TestPod Spec(string field, JsonNode value)
    {
        _spec[field] = value;
        return this;
    }

    public JsonObject ToJson()
    {
        var spec = (JsonObject)_spec.DeepClone();
        spec["containers"] = _containers.DeepClone();
        if (_initContainers.Count > 0)
        {
            spec["initContainers"] = _initContainers.DeepClone();
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = _labels.DeepClone(), ["annotations"] = _annotations.DeepClone(), ["ownerReferences"] = _owners.DeepClone() },
            ["spec"] = spec,
        };
    }

    private static JsonObject Container(string name) => new()
    {
        ["name"] = name,
        ["image"] = "registry.test/never-pulled:1",
        ["resources"] = new JsonObject { ["limits"] = new JsonObject(), ["requests"] = new JsonObject() },
    };
}
