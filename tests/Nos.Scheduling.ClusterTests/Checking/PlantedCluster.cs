using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>
/// Objects as a healthy cluster has them, for tests to break one thing of: node <c>mig</c> with two A100s, on which pod <c>p</c> has 3g.40gb of GPU 0 and
/// pod <c>q</c> was just promised 1g.10gb of it; node <c>mps</c> with one A10, on which pods <c>r</c> and <c>s</c> have shares; pod <c>w</c> waits, and
/// 2g.20gb of GPU 1 is kept for it.
/// </summary>
internal sealed class PlantedCluster
{
    private readonly Dictionary<string, JsonObject> _pods = [];
    private readonly Dictionary<string, JsonObject> _gpuNodes = [];
    private readonly Dictionary<string, JsonObject> _nodes = [];

    public PlantedCluster()
    {
        AddNode("mig", "MIG", 2, A100);
        AddNode("mps", "MPS", 1, A10);
        Cut("mig", 0, "0-3g.40gb-4", "3g.40gb", 4).Use("p");
        Cut("mig", 0, "0-1g.10gb-0", "1g.10gb", 0);
        Cut("mig", 1, "1-2g.20gb-0", "2g.20gb", 0).KeepFor("w", Now.AddMinutes(1));
        Cut("mps", 0, "0-10gb-0", 10).Use("r");
        Cut("mps", 0, "0-5gb-0", 5).Use("s");
        Bind(AddPod("p", ("main", "nvidia.com/mig-3g.40gb", 1)), "mig", "main=0/3g.40gb@4");
        Bind(AddPod("q", ("main", "nvidia.com/mig-1g.10gb", 1)), "mig", "main=0/1g.10gb@0");
        Bind(AddPod("r", ("main", "nvidia.com/gpu-10gb", 1)), "mps", "main=0/10gb#0");
        Bind(AddPod("s", ("main", "nvidia.com/gpu-5gb", 1)), "mps", "main=0/5gb#0");
        AddPod("w", ("main", "nvidia.com/mig-2g.20gb", 1));
        foreach (var pod in new[] { "r", "s" })
        {
            _pods[pod]["spec"]!["securityContext"] = new JsonObject { ["runAsUser"] = 1000 };
        }
    }

    public static DateTimeOffset Now { get; } = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private const string A100 = """
        {"product": "A100", "memoryMiB": 81920, "usableGB": 79, "profiles": [
          {"name": "1g.10gb", "computeSlices": 1, "memorySlices": 1, "memoryMiB": 9728, "starts": [0,1,2,3,4,5,6], "maxInstances": 7},
          {"name": "1g.20gb", "computeSlices": 1, "memorySlices": 2, "memoryMiB": 19968, "starts": [0,2,4,6], "maxInstances": 4},
          {"name": "1g.10gb+me", "computeSlices": 1, "memorySlices": 1, "memoryMiB": 9728, "starts": [0,1,2,3,4,5,6], "maxInstances": 1},
          {"name": "2g.20gb", "computeSlices": 2, "memorySlices": 2, "memoryMiB": 19968, "starts": [0,2,4], "maxInstances": 3},
          {"name": "3g.40gb", "computeSlices": 3, "memorySlices": 4, "memoryMiB": 40192, "starts": [0,4], "maxInstances": 2},
          {"name": "4g.40gb", "computeSlices": 4, "memorySlices": 4, "memoryMiB": 40192, "starts": [0], "maxInstances": 1},
          {"name": "7g.80gb", "computeSlices": 7, "memorySlices": 8, "memoryMiB": 80384, "starts": [0], "maxInstances": 1}]}
        """;

    private const string A10 = """{"product": "A10", "memoryMiB": 23028, "usableGB": 21, "profiles": []}""";

    public ClusterReading Reading(DateTimeOffset? at = null)
    {
        var lease = JsonNode.Parse("""{"spec": {"renewTime": "2026-11-24T11:59:50.000000Z", "leaseDurationSeconds": 90}}""")!;
        var leases = _nodes.Keys.Select(name => { var of = lease.DeepClone().AsObject(); of["metadata"] = new JsonObject { ["name"] = name }; return of; });
        return new ClusterReading("1", at ?? Now, Copies(_pods), Copies(_gpuNodes), Copies(_nodes), [.. leases]);
    }

    public JsonObject Pod(string name) => _pods[name];

    public JsonObject Node(string name) => _nodes[name];

    public JsonObject GpuNode(string name) => _gpuNodes[name];

    public PlantedSlice Slice(string node, string id)
    {
        var gpu = int.Parse(id.Split('-')[0], CultureInfo.InvariantCulture);
        return new PlantedSlice(Find("spec"), Find("status"));

        JsonObject Find(string part) => Gpu(node, part, gpu).Single(slice => slice.Text("id") == id)!.AsObject();
    }

    public JsonArray Gpu(string node, string part, int gpu) => _gpuNodes[node].At(part, "gpus", $"{gpu}", "slices")!.AsArray();

    public PlantedSlice Cut(string node, int gpu, string id, string profile, int start) => Cut(node, gpu, new JsonObject
    {
        ["id"] = id,
        ["profile"] = profile,
        ["start"] = start,
        ["resource"] = $"nvidia.com/mig-{profile.Replace('+', '.')}",
    });

    public PlantedSlice Cut(string node, int gpu, string id, int gigabytes) => Cut(node, gpu, new JsonObject
    {
        ["id"] = id,
        ["memoryGB"] = gigabytes,
        ["resource"] = $"nvidia.com/gpu-{gigabytes}gb",
    });

    public JsonObject AddPod(string name, params (string Container, string Resource, int Count)[] asked) => _pods[name] = new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "team", ["uid"] = $"uid-{name}" },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray([.. asked.Select(Container)]) },
        ["status"] = new JsonObject { ["phase"] = "Pending" },
    };

    public static JsonNode Container((string Name, string Resource, int Count) asked) => new JsonObject
    {
        ["name"] = asked.Name,
        ["resources"] = new JsonObject { ["limits"] = new JsonObject { [asked.Resource] = $"{asked.Count}" }, ["requests"] = new JsonObject { ["cpu"] = "1" } },
    };

    public static void Bind(JsonObject pod, string node, string promise)
    {
        pod["spec"]!["nodeName"] = node;
        pod["metadata"]!["annotations"] = new JsonObject { ["nos.nebuly.com/slices"] = promise };
    }

    public void RemovePod(string name) => _pods.Remove(name);

    private PlantedSlice Cut(string node, int gpu, JsonObject spec)
    {
        var status = spec.DeepClone().AsObject();
        status.Remove("resource");
        (status["state"], status["advertised"], status["uuid"]) = ("Free", true, $"MIG-{spec["id"]}");
        Gpu(node, "spec", gpu).Add(spec);
        Gpu(node, "status", gpu).Add(status);
        return new PlantedSlice(spec, status);
    }

    private void AddNode(string name, string mode, int gpus, string product)
    {
        var room = new JsonObject { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = "110" };
        _nodes[name] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = mode.ToLowerInvariant() } },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject { ["allocatable"] = room },
        };
        var described = JsonNode.Parse(product)!;
        _gpuNodes[name] = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["generation"] = 3 },
            ["spec"] = new JsonObject { ["mode"] = mode, ["gpus"] = new JsonArray([.. Enumerable.Range(0, gpus).Select(Empty)]) },
            ["status"] = new JsonObject
            {
                ["observedGeneration"] = 3,
                ["products"] = new JsonArray(described),
                ["gpus"] = new JsonArray([.. Enumerable.Range(0, gpus).Select(index => { var gpu = Empty(index); gpu["product"] = described.Text("product"); return gpu; })]),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True" }),
            },
        };
    }

    private static JsonNode Empty(int index) => new JsonObject { ["index"] = index, ["slices"] = new JsonArray() };

    private static IReadOnlyList<JsonObject> Copies(Dictionary<string, JsonObject> items) => [.. items.Values.Select(item => item.DeepClone().AsObject())];
}
