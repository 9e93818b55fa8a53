using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity;

/// <summary>One system for all tests of who has what. Its pods wait for the test's own bind calls: kube-scheduler does not know their scheduler.</summary>
public sealed class IdentityPlane : IAsyncLifetime, IAsyncDisposable
{
    public const string A100 = "NVIDIA-A100-SXM4-80GB";
    private const string Promise = "nos.nebuly.com/slices";
    private readonly ScratchDirectory _scratch = new();

    public NosPlane Nos { get; private set; } = null!;

    public ExtenderClient Extender { get; private set; } = null!;

    public TestApi Admin => Nos.Plane.Admin;

    private string FaultsFile => _scratch.File("faults.yaml");

    public async Task InitializeAsync()
    {
        Nos = await NosPlane.Start("own", serverFlags: ["--bind-wait", "10s"], agentFlags: ["--simulated-faults", FaultsFile]);
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

        _scratch.Dispose();
    }

    /// <summary>A pod that only the test binds.</summary>
    public static TestPod Pod(string name) => TestPod.Named(name).By("the-test");

    /// <summary>Adds a node of one GPU that is ready to be cut.</summary>
    /// <returns>Its full name.</returns>
    public async Task<string> AddNode(TestScope scope, string name, string mode = "mig", string product = A100, int memoryMiB = 81920)
    {
        await scope.Add(NosPlane.Node(scope.NodeName(name), mode, product, 1, memoryMiB));
        await Nos.Partitionable(scope.NodeName(name));
        return scope.NodeName(name);
    }

    /// <summary>What goes wrong from now on, such as <c>create: hang</c>; null: nothing.</summary>
    public async Task Fault(string node, string? fault)
    {
        // Of another length each time, so that it is read again however coarse the file's clock is.
        var text = (fault is null ? "" : $"{node}: {{{fault}}}\n") + $"# {Guid.NewGuid()}{new string('#', Random.Shared.Next(200))}\n";
        await File.WriteAllTextAsync(FaultsFile, text);
    }

    /// <summary>Binds the pod to the node; a place that another pod is about to leave is waited for.</summary>
    public Task BindEventually(JsonObject pod, string node) =>
        Polling.Until($"{pod.Name()} is bound to {node}", () => Extender.Bind(pod, node), error => error.Length == 0, evidence: Nos.Evidence);

    /// <summary>Has slices made by pods that come and go; afterwards they are free.</summary>
    public async Task MakeFree(TestScope scope, string node, string resource, int count)
    {
        for (var index = 0; index < count; index++)
        {
            await BindEventually(await scope.Add(Pod($"maker-{index}").Asking(resource, 1)), node);
        }

        for (var index = 0; index < count; index++)
        {
            await scope.Remove($"maker-{index}");
        }

        await Admin.Eventually(NosPlane.GpuNode(node), $"has {count} free slices", gpuNode =>
            Slices(gpuNode, "status").Count(slice => slice.Text("state") == "Free") == count && Slices(gpuNode, "status").Count() == count);
    }

    /// <summary>The pod once its promise says that.</summary>
    public Task<JsonObject> Promised(TestScope scope, string pod, string? promise) => Admin.Eventually(
        ApiPaths.Pod(scope.Namespace, pod), $"{pod} is promised {promise ?? "nothing"}", seen => seen.Annotation(Promise) == promise);

    /// <summary>The GpuNode once its report gives the slice to that pod of the scope; null: to nobody.</summary>
    public Task<JsonObject> Reported(TestScope scope, string node, string id, string? pod) => Admin.Eventually(
        NosPlane.GpuNode(node),
        $"shows {id} as {(pod is null ? "free" : $"used by {pod}")}",
        gpuNode => Slices(gpuNode, "status").Any(slice => slice.Text("id") == id
            && (pod is null ? slice.Text("state") == "Free" : slice.Text("pod")?.StartsWith($"{scope.Namespace}/{pod}/", StringComparison.Ordinal) == true)));

    /// <summary>The GpuNode once its spec keeps as many slices for the pod.</summary>
    public Task<JsonObject> KeptFor(JsonObject pod, string node, int count) => Admin.Eventually(
        NosPlane.GpuNode(node), $"keeps {count} slices for {pod.Name()}", gpuNode => Kept(gpuNode, pod).Count() == count);

    /// <summary>The ids of the slices that the spec keeps for the pod.</summary>
    public static IEnumerable<string> Kept(JsonObject gpuNode, JsonObject pod) =>
        Slices(gpuNode, "spec").Where(slice => slice.Text("for", "uid") == pod.Text("metadata", "uid")).Select(slice => slice.Text("id")!);

    public static IEnumerable<JsonNode> Slices(JsonObject gpuNode, string part) =>
        (gpuNode[part]?["gpus"]?.AsArray() ?? []).SelectMany(gpu => gpu!["slices"]?.AsArray() ?? []).Select(slice => slice!);
}
