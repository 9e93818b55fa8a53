using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>
/// The whole line in own mode: API server, scheduler, our server, one node with a real kubelet and containerd, and the agent as a process that serves it.
/// Only the node's eight GPUs are played.
/// </summary>
public sealed class LinePlane : IAsyncLifetime
{
    public const string Node = "gpu-node";
    private const string Product = "NVIDIA-A100-SXM4-80GB";
    public const int GpuCount = 8;

    public NosPlane Nos { get; private set; } = null!;

    public KubeletNode Kubelet { get; private set; } = null!;

    public GpuMachine Gpus { get; private set; } = null!;

    public TestApi Api => Nos.Plane.Admin;

    /// <summary>Where the agent finds MPS daemons.</summary>
    public string MpsRoot => Path.Combine(Gpus.Folder, "mps");

    /// <summary>Starts all of it, unless no test can have a kubelet here.</summary>
    public async Task InitializeAsync()
    {
        if (KubeletPrograms.WhyNone() is not null)
        {
            return;
        }

        Gpus = await GpuMachine.With([.. Enumerable.Repeat("A100-80GB", GpuCount)]);
        Nos = await NosPlane.Start(new NosSettings("own") { ApiServerFlags = KubeletNode.ApiServerFlags, PlaysNodes = false });
        Kubelet = await KubeletNode.Start(Nos.Plane, Node);
        StartAgent();
        await Api.MergePatch(ApiPaths.Node(Node), new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["labels"] = new JsonObject
                {
                    ["nvidia.com/gpu.product"] = Product,
                    ["nvidia.com/gpu.count"] = $"{GpuCount}",
                    ["nvidia.com/gpu.memory"] = "81920",
                    ["nos.nebuly.com/gpu-partitioning"] = "mig",
                },
            },
        });
        await Nos.Partitionable(Node);
        await AgentReady();
    }

    /// <summary>Starts an agent; the last one should have ended.</summary>
    public void StartAgent() => StartAgent(Gpus.Environment);

    /// <summary>Starts an agent on other GPUs.</summary>
    public void StartAgent(IReadOnlyList<(string Variable, string Value)> environment) =>
        Nos.LaunchAgent(["--driver", "nvml", "--node-name", Node, "--kubelet-dir", Kubelet.KubeletFolder, "--mps-root", MpsRoot], environment);

    /// <summary>What the administrator wants the node's GPUs to be.</summary>
    public Task Label(string mode) => Api.MergePatch(
        ApiPaths.Node(Node), new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = mode } } });

    /// <summary>Waits until the node's GPUs are said to be ready for pods.</summary>
    public Task AgentReady() => Eventually("is ready", gpuNode =>
        gpuNode.At("status", "conditions") is JsonArray conditions && conditions.Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True"));

    /// <summary>Waits until a slice cut now is advertised, which after a restart of agent or kubelet says that kubelet is told of slices again.</summary>
    public async Task AdvertisedAnew()
    {
        var (id, generation) = await CutAnew();
        await Eventually("advertises what was cut", gpuNode => Advertises(gpuNode, id, generation));
    }

    /// <summary>Asks for a slice on a GPU that nobody uses, in place of what is there.</summary>
    /// <returns>The slice, and the generation of the spec that asks for it.</returns>
    public async Task<(string Id, long Generation)> CutAnew()
    {
        var gpu = (await GpuNode())["status"]!["gpus"]!.AsArray().Last(shown => shown!["slices"]!.AsArray().All(slice => slice.Text("state") != "Used")).Text("index");
        var id = "";
        var generation = await Edit(int.Parse(gpu!), slices =>
        {
            var start = slices.Any(slice => slice.Text("id") == $"{gpu}-1g.10gb-6") ? 5 : 6;
            id = $"{gpu}-1g.10gb-{start}";
            slices.Clear();
            slices.Add(new JsonObject { ["id"] = id, ["profile"] = "1g.10gb", ["start"] = start, ["resource"] = "nvidia.com/mig-1g.10gb" });
        });
        return (id, generation);
    }

    /// <summary>Whether a report answers that generation and says that kubelet knows of the slice.</summary>
    public static bool Advertises(JsonObject gpuNode, string id, long generation) =>
        (long?)gpuNode.At("status", "observedGeneration") >= generation && Slices(gpuNode).Any(slice => slice.Text("id") == id && slice.Text("advertised") == "true");

    public Task<LineScope> Scope(string theme) => LineScope.Create(this, theme);

    public Task<JsonObject> GpuNode() => Api.Get(ApiPaths.GpuNode(Node));

    /// <summary>Waits until the GpuNode is so.</summary>
    /// <param name="what">Completes "the GpuNode ...".</param>
    public Task<JsonObject> Eventually(string what, Func<JsonObject, bool> right) => Polling.Until(
        $"the GpuNode {what}", GpuNode, right, TimeSpan.FromMinutes(2), () => $"{Nos.Evidence()}\n{Kubelet.Evidence()}");

    /// <summary>Waits until one slice is so, and returns it.</summary>
    public async Task<JsonObject> Slice(string what, Func<JsonObject, bool> right) => Slices(await Eventually($"shows {what}", gpuNode => Slices(gpuNode).Any(right))).First(right);

    /// <summary>Waits for the slice that a pod has, kubelet's word for it.</summary>
    public Task<JsonObject> SliceOf(LineScope scope, string pod) =>
        Slice($"a slice of {pod}", slice => slice.Text("state") == "Used" && slice.Text("pod") == $"{scope.Namespace}/{pod}/main");

    /// <summary>Changes what the spec wants on a GPU, as an administrator would.</summary>
    /// <param name="gpu">Its index.</param>
    /// <param name="change">Changes the array of slices.</param>
    /// <returns>The generation of the spec that came of it.</returns>
    public async Task<long> Edit(int gpu, Action<JsonArray> change)
    {
        while (true)
        {
            var gpuNode = await GpuNode();
            change(gpuNode["spec"]!["gpus"]!.AsArray().Single(entry => (int)entry!["index"]! == gpu)!["slices"]!.AsArray());
            try
            {
                return (long)(await Api.Replace(ApiPaths.GpuNode(Node), gpuNode))["metadata"]!["generation"]!;
            }
            catch (ApiRefusedException refused) when (refused.Status == System.Net.HttpStatusCode.Conflict)
            {
                // The leader or the agent wrote in between.
            }
        }
    }

    /// <summary>All slices that a GpuNode reports.</summary>
    public static IEnumerable<JsonObject> Slices(JsonObject gpuNode) => Slices(gpuNode, "status");

    /// <param name="part"><c>spec</c> or <c>status</c>.</param>
    public static IEnumerable<JsonObject> Slices(JsonObject gpuNode, string part) =>
        (gpuNode[part]?["gpus"]?.AsArray() ?? []).SelectMany(gpu => gpu!["slices"]?.AsArray() ?? []).Select(slice => slice!.AsObject());

    public async Task DisposeAsync()
    {
        if (Kubelet is not null)
        {
            await Kubelet.DisposeAsync();
        }

        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }

        Gpus?.Dispose();
    }
}
