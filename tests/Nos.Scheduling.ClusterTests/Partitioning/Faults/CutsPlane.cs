using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Partitioning.Faults;

/// <summary>One system for all tests of this folder: the driver refuses and hangs where they say, and they play kube-scheduler where they need to.</summary>
public sealed class CutsPlane : IAsyncLifetime, IAsyncDisposable
{
    public const string A100 = "NVIDIA-A100-SXM4-80GB";

    private readonly ScratchDirectory scratch = new();

    public NosPlane Nos { get; private set; } = null!;

    public ExtenderClient Extender { get; private set; } = null!;

    public TestApi Admin => Nos.Plane.Admin;

    private string FaultsFile => Path.Combine(scratch.Path, "faults.yaml");

    /// <summary>What every agent of the plane is started with, but for how often it reports.</summary>
    public IReadOnlyList<string> AgentFlags => ["--simulated-faults", FaultsFile];

    public async Task InitializeAsync()
    {
        Nos = await NosPlane.Start(new NosSettings("own") { ServerFlags = ["--bind-wait", "4s"], AgentFlags = [.. AgentFlags, "--report-interval", "10s"], KeepsState = true, ThroughFaults = true });
        Extender = new ExtenderClient(Nos);
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Extender?.Dispose();
        if (Nos is not null)
        {
            await Nos.DisposeAsync();
        }

        scratch.Dispose();
    }

    /// <summary>Has the drivers fail: <c>node: {create: refuse}</c>, one line a node. No lines: nothing fails.</summary>
    public Task Break(params string[] lines) => File.WriteAllTextAsync(FaultsFile, string.Join('\n', lines));

    /// <summary>Adds a node and waits until pods can be placed on it.</summary>
    /// <returns>Its full name.</returns>
    public async Task<string> Add(TestScope scope, string name, int gpus = 1, string mode = "mig")
    {
        var node = scope.NodeName(name);
        await scope.Add(mode == "mig" ? NosPlane.Node(node, mode, A100, gpus, 81920) : NosPlane.Node(node, mode, "NVIDIA-A10", gpus, 23028));
        await Nos.Partitionable(node);
        return node;
    }

    /// <summary>A pod that no scheduler touches; the test binds it through <see cref="Extender"/>.</summary>
    public static Task<JsonObject> AddUnscheduled(TestScope scope, string name, string resource) => scope.Add(TestPod.Named(name).By("nobody").Asking(resource, 1));

    /// <summary>A pod of the real scheduler, for that node alone.</summary>
    public static Task<JsonObject> AddPinned(TestScope scope, string name, string resource, string node) =>
        scope.Add(TestPod.Named(name).By(NosPlane.SchedulerName).Asking(resource, 1).OnNodesWith("kubernetes.io/hostname", node));

    /// <summary>Binds the pod through the extender, again and again until it works: refusals that pass are part of these tests.</summary>
    public async Task<JsonObject> Bound(JsonObject pod, string node)
    {
        await Polling.Until($"{pod.Name()} is bound to {node}", () => Extender.Bind(pod, node), error => error.Length == 0, evidence: Nos.Evidence);
        return await Admin.Get(ApiPaths.Pod(pod.Namespace()!, pod.Name()));
    }

    /// <summary>Posts a Binding as our server would, at a moment of the test's choice.</summary>
    /// <param name="promise">What the pod is promised; null: nothing, as by hand.</param>
    public Task BindPast(JsonObject pod, string node, string? promise) => Admin.Send(HttpMethod.Post, $"{ApiPaths.Pod(pod.Namespace()!, pod.Name())}/binding", new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Binding",
        ["metadata"] = new JsonObject
        {
            ["name"] = pod.Name(),
            ["annotations"] = promise is null ? [] : new JsonObject { ["nos.nebuly.com/slices"] = promise },
        },
        ["target"] = new JsonObject { ["kind"] = "Node", ["name"] = node },
    });

    /// <summary>Writes the whole list of GPUs of the node's spec by hand: one text of slices a GPU, <c>1g.10gb@3 2g.20gb@0</c>. Null: none at all.</summary>
    public Task<JsonObject> EditSpec(string node, params string[]? gpus) => EditSpec(node, gpus is null ? null : new JsonArray([.. gpus.Select(JsonNode (text, gpu) => new JsonObject
    {
        ["index"] = gpu,
        ["slices"] = new JsonArray([.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(JsonNode (slice) => Entry(gpu, slice))]),
    })]));

    public Task<JsonObject> EditSpec(string node, JsonArray? gpus) => Admin.MergePatch(ApiPaths.GpuNode(node), new JsonObject { ["spec"] = new JsonObject { ["gpus"] = gpus } });

    public Task<JsonObject> EditStatus(string node, JsonObject? status) => Admin.MergePatch(ApiPaths.GpuNode(node) + "/status", new JsonObject { ["status"] = status });

    /// <summary>Waits until the server has heard of the node's GpuNode as it is now: a free slice is taken over without a write, by what it knows.</summary>
    public async Task HeardByServer(string node)
    {
        var version = (await Admin.Get(ApiPaths.GpuNode(node))).Text("metadata", "resourceVersion");
        using var http = new HttpClient();
        await Polling.Until(
            $"the server has heard of {node}",
            async () => JsonNode.Parse(await http.GetStringAsync(new Uri($"http://127.0.0.1:{Nos.PlainPort}/api/gpunodes"))),
            heard => heard.At("items")!.AsArray().Any(gpuNode => gpuNode.Text("metadata", "name") == node && gpuNode.Text("metadata", "resourceVersion") == version),
            evidence: Nos.Evidence);
    }

    /// <summary>A spec's entry for <c>1g.10gb@3</c>.</summary>
    public static JsonObject Entry(int gpu, string slice) => slice.Split('@') is [var profile, var start]
        ? new JsonObject { ["id"] = $"{gpu}-{profile}-{start}", ["profile"] = profile, ["start"] = int.Parse(start), ["resource"] = $"nvidia.com/mig-{profile}" }
        : throw new ArgumentException(slice);

    /// <summary>The GpuNode once its agent has acted on the newest spec and shows exactly these slices, as <c>0-1g.10gb-3 Free</c>, apart by commas.</summary>
    public Task<JsonObject> Shows(string node, string slices) => Admin.Eventually(
        ApiPaths.GpuNode(node),
        $"{node} shows {slices}",
        gpuNode => gpuNode.Text("status", "observedGeneration") == gpuNode.Text("metadata", "generation") && Drawn(gpuNode) == slices);

    /// <summary>As <see cref="Shows"/> writes it, with the pod of a used slice: <c>0-1g.10gb-3 Used p</c>.</summary>
    public static string Drawn(JsonObject gpuNode) => string.Join(", ", Reported(gpuNode).Select(slice =>
        $"{slice.Text("id")} {slice.Text("state")} {slice.Text("pod")?.Split('/')[1]}".Trim()));

    public static IReadOnlyList<JsonNode> Reported(JsonObject gpuNode) => Slices(gpuNode, "status");

    public static IReadOnlyList<JsonNode> Wanted(JsonObject gpuNode) => Slices(gpuNode, "spec");

    /// <summary>The ids of the spec, apart by commas.</summary>
    public static string Listed(JsonObject gpuNode) => string.Join(", ", Wanted(gpuNode).Select(slice => slice.Text("id")));

    /// <summary>The slice's UUID, which changes when it is made anew.</summary>
    public static string Uuid(JsonObject gpuNode, string id) => Reported(gpuNode).Single(slice => slice.Text("id") == id).Text("uuid")!;

    /// <summary>Waits until all is at rest and every invariant holds.</summary>
    public Task<ClusterReading> Settled(params string[] boundByHand) =>
        Invariants.Settled(Admin, new CheckerSettings { BoundByHand = boundByHand.ToHashSet() }, evidence: Nos.Evidence);

    private static IReadOnlyList<JsonNode> Slices(JsonObject gpuNode, string part) =>
        [.. (gpuNode.At(part, "gpus")?.AsArray() ?? []).SelectMany(gpu => gpu!["slices"]?.AsArray() ?? []).Select(slice => slice!)];
}
