using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A node that exists only as an API object: <c>TestNode.Named("n1").WithGpus("NVIDIA-A10", 4, memoryMiB: 23028).Partitioned("mps")</c>.</summary>
public sealed class TestNode
{
    private readonly JsonObject _labels = [];
    private readonly JsonObject _annotations = [];
    private readonly JsonArray _taints = [];
    private readonly JsonObject _room = new() { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = "110", ["ephemeral-storage"] = "100Gi" };
    private string? _ready = "True";

    private TestNode(string name)
    {
        Name = name;
        _labels["kubernetes.io/hostname"] = name;
    }

    public string Name { get; }

    public static TestNode Named(string name) => new(name);

    /// <summary>The labels that NVIDIA's GPU feature discovery sets. <paramref name="memoryMiB"/> is of one GPU.</summary>
    public TestNode WithGpus(string product, int count, int memoryMiB) => this
        .Labelled("nvidia.com/gpu.product", product)
        .Labelled("nvidia.com/gpu.count", $"{count}")
        .Labelled("nvidia.com/gpu.memory", $"{memoryMiB}");

    /// <param name="mode"><c>mig</c> or <c>mps</c>, or nonsense on purpose.</param>
    public TestNode Partitioned(string mode) => Labelled("nos.nebuly.com/gpu-partitioning", mode);

    public TestNode Labelled(string key, string value)
    {
        _labels[key] = value;
        return this;
    }

    public TestNode Annotated(string key, string value)
    {
        _annotations[key] = value;
        return this;
    }

    /// <param name="effect"><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</param>
    public TestNode Tainted(string key, string effect)
    {
        _taints.Add(new JsonObject { ["key"] = key, ["effect"] = effect });
        return this;
    }

    /// <summary>Capacity and allocatable of any resource; unless said, 64 cpu, 256Gi memory, 110 pods, 100Gi of disk.</summary>
    public TestNode Offering(string resource, string quantity)
    {
        _room[resource] = quantity;
        return this;
    }

    public TestNode NotReady()
    {
        _ready = "False";
        return this;
    }

    /// <summary>Without a Ready condition at all.</summary>
    public TestNode WithoutConditions()
    {
        _ready = null;
        return this;
    }

    /// <summary>The object as it is created. The server may drop its status at creation: patch <see cref="Status"/> afterwards.</summary>
    public JsonObject ToJson() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject { ["name"] = Name, ["labels"] = _labels.DeepClone(), ["annotations"] = _annotations.DeepClone() },
        ["spec"] = new JsonObject { ["taints"] = _taints.DeepClone() },
        ["status"] = Status(),
    };

    /// <summary>What a kubelet would report.</summary>
    public JsonObject Status()
    {
        var status = new JsonObject { ["capacity"] = _room.DeepClone(), ["allocatable"] = _room.DeepClone() };
        if (_ready is not null)
        {
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = _ready,
                ["reason"] = "PlayedByTheTest",
                ["message"] = "no kubelet runs here",
            });
        }

        return status;
    }
}
