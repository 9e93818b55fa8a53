using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>One test's namespace on the line. At its end its pods are gone and their slices are free.</summary>
public sealed class LineScope : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly LinePlane _line;
    private readonly TestScope _scope;

    private LineScope(LinePlane line, TestScope scope) => (_line, _scope) = (line, scope);

    public string Namespace => _scope.Namespace;

    public TestApi Api => _scope.Api;

    public static async Task<LineScope> Create(LinePlane line, string theme) => new(line, await line.Nos.Plane.Scope(theme));

    /// <summary>A pod that prints its environment and stays, or ends at once with the argument <c>once</c>.</summary>
    public static TestPod Pod(string name, params string[] arguments) => TestPod.Named(name).Running(KubeletPrograms.Image, arguments)
        .By(NosPlane.SchedulerName).Spec("hostNetwork", true).Spec("restartPolicy", "Never").Spec("terminationGracePeriodSeconds", 1);

    public Task<JsonObject> Add(TestPod pod) => _scope.Add(pod);

    public Task<JsonObject> Pod(string name) => _scope.Pod(name);

    /// <summary>Waits until the pod's container runs; a pod that failed never will.</summary>
    public Task<JsonObject> Running(string pod) => InPhase(pod, "Running");

    /// <summary>Waits for a phase that the pod keeps, or that it reaches before it ends.</summary>
    public async Task<JsonObject> InPhase(string pod, string phase)
    {
        var seen = await Polling.Until(
            $"{pod} is {phase}", () => Pod(pod), read => read.Text("status", "phase") is var now && (now == phase || now == "Failed"), Patience,
            () => $"{_line.Nos.Evidence()}\n{_line.Kubelet.Evidence()}");
        Assert.True(seen.Text("status", "phase") == phase, $"{pod}: {seen["status"]!.ToJsonString()}\n{_line.Nos.Evidence()}");
        return seen;
    }

    /// <summary>What the container finds in <c>NVIDIA_VISIBLE_DEVICES</c>: it has printed it, and kubelet tells what it printed.</summary>
    public Task<string> Devices(string pod) => Variable(pod, "NVIDIA_VISIBLE_DEVICES");

    /// <summary>What the container finds in that variable.</summary>
    public async Task<string> Variable(string pod, string name)
    {
        var log = await Polling.Until(
            $"{pod} has printed its environment", () => _line.Kubelet.Log(Namespace, pod, "main"), text => text.Contains("READY", StringComparison.Ordinal));
        return Assert.Single(log.Split('\n'), line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];
    }

    /// <summary>Deletes the object at once; what runs goes on for a while.</summary>
    public Task Forget(string pod) => _scope.Api.Delete(ApiPaths.Pod(Namespace, pod));

    /// <summary>Waits until none of these pods has a slice any more.</summary>
    public Task Freed() => _line.Eventually(
        "shows no slice of these pods", gpuNode => LinePlane.Slices(gpuNode).All(slice => slice.Text("pod")?.StartsWith($"{Namespace}/", StringComparison.Ordinal) != true));

    public async ValueTask DisposeAsync()
    {
        // By force: of a pod that is ended gently this kubelet keeps the object for ten seconds more. No process is shown on the slices, whatever runs.
        foreach (var pod in await _scope.Api.List(ApiPaths.Pods(Namespace)))
        {
            await Forget(pod.Name());
        }

        await Freed();
        await _scope.DisposeAsync();
    }
}
