using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Throughput;

/// <summary>
/// Measures, asserts no time: pods a second through a real kube-scheduler with our extender (own mode, TLS, free slices re-used), beside the same scheduler
/// binary without extender and with plain pods, in one run on one control plane. The figures go to the test's output and to the file that <c>NOS_FIGURES</c> names.
/// </summary>
/// <remarks>
/// Pods are created while the scheduler is paused, so that what is timed is scheduling and binding alone. Each of the two is measured with the other
/// side paused, alternating, so that drift of the machine meets both.
/// </remarks>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    private const int Nodes = 100;

    // A server that has just started compiles its code while it answers: to measure one that has been at work, let it work first.
    private static readonly int _warmUps = Number("NOS_THROUGHPUT_WARMUPS", 0);
    private static readonly int _rounds = Number("NOS_THROUGHPUT_ROUNDS", 1);
    private static readonly int _pods = Number("NOS_THROUGHPUT_PODS", 100);

    // client-go's own limit, 50 calls a second, is soon all that is measured of plain pods; 0 keeps it.
    private static readonly int _calls = Number("NOS_THROUGHPUT_CALLS", 5000);

    [Fact]
    public async Task Pods_with_slices_pass_the_scheduler_beside_plain_ones()
    {
        await using var nos = await NosPlane.Start(new NosSettings("own") { SchedulerCallsPerSecond = _calls == 0 ? null : _calls });
        await using var scope = await nos.Plane.Scope("throughput");
        var names = Enumerable.Range(0, Nodes).Select(index => scope.NodeName($"n{index:000}")).ToArray();
        foreach (var name in names)
        {
            await scope.Add(NosPlane.Node(name, "mig", "NVIDIA-A100-SXM4-80GB", 8, 81920));
        }

        foreach (var name in names)
        {
            await nos.Partitionable(name);
        }

        await using var plain = await nos.Plane.StartScheduler(
            $"""
            apiVersion: kubescheduler.config.k8s.io/{nos.Plane.SchedulerConfigApi}
            kind: KubeSchedulerConfiguration
            percentageOfNodesToScore: 100
            clientConnection:
              kubeconfig: "@KUBECONFIG@"
            {(_calls == 0 ? "" : $"  qps: {_calls}\n  burst: {_calls}")}
            """);
        var cutting = await Measure(nos, scope, "cut", sliced: true, plain);
        var (sliced, unsliced) = (new List<double>(), new List<double>());
        for (var round = 0; round < _warmUps; round++)
        {
            await Measure(nos, scope, $"warm{round}", sliced: true, plain);
        }

        for (var round = 0; round < _rounds; round++)
        {
            unsliced.Add(await Measure(nos, scope, $"plain{round}", sliced: false, plain));
            sliced.Add(await Measure(nos, scope, $"slice{round}", sliced: true, plain));
        }

        var figures = new JsonObject
        {
            ["pods"] = _pods,
            ["nodes"] = Nodes,
            ["scheduler_calls_per_second"] = _calls == 0 ? "client-go's default, 50" : _calls,
            ["plain_pods_per_second"] = Round(unsliced.Average()),
            ["slice_pods_per_second"] = Round(sliced.Average()),
            ["ratio_percent"] = Round(100 * sliced.Average() / unsliced.Average()),
            ["slice_pods_per_second_with_a_cut_each"] = Round(cutting),
        };
        output.WriteLine(figures.ToJsonString());
        if (Environment.GetEnvironmentVariable("NOS_FIGURES") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, figures.ToJsonString());
        }
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    private static double Round(double figure) => Math.Round(figure, 1);

    /// <returns>Pods a second, from the waking of the scheduler until the last pod is bound.</returns>
    private static async Task<double> Measure(NosPlane nos, TestScope scope, string theme, bool sliced, ChildProcess plain)
    {
        var scheduler = sliced ? nos.Scheduler : plain;
        nos.Scheduler.Pause();
        plain.Pause();
        var pods = Enumerable.Range(0, _pods).Select(index => sliced
            ? TestPod.Named($"{theme}-{index}").Asking("nvidia.com/mig-1g.10gb", 1).By(NosPlane.SchedulerName)
            : TestPod.Named($"{theme}-{index}").Asking("cpu", "100m")).ToArray();
        await Parallel.ForEachAsync(pods, async (pod, _) => await scope.Add(pod));

        // Whoever is not measured shall not take its share of the processor: with plain pods our own watches would.
        if (!sliced)
        {
            nos.Server.Pause();
            nos.Agent.Pause();
        }

        var seen = new TaskCompletionSource();
        var allBound = AllBound(scope, theme, seen);
        await await Task.WhenAny(seen.Task, allBound);
        var began = Stopwatch.GetTimestamp();
        scheduler.Resume();
        await allBound;
        var took = Stopwatch.GetElapsedTime(began);

        nos.Server.Resume();
        nos.Agent.Resume();
        await SeeThatEachHasItsOwn(scope, theme, sliced);
        await Parallel.ForEachAsync(pods, async (pod, _) => await scope.Remove(pod.Name));
        await nos.Plane.Admin.EventuallyList(
            ApiPaths.GpuNodes, "no slice is in use any more",
            nodes => nodes.All(node => !(node["status"]?.ToJsonString() ?? "").Contains("\"Used\"", StringComparison.Ordinal)), TimeSpan.FromMinutes(2));
        return _pods / took.TotalSeconds;
    }

    /// <summary>By a watch: lists, again and again, would cost the API server more than the pods do.</summary>
    /// <param name="seen">Set when all are known to wait.</param>
    private static async Task AllBound(TestScope scope, string theme, TaskCompletionSource seen)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var (came, went) = (0, 0);
        await foreach (var change in scope.Api.Watch(ApiPaths.Pods(scope.Namespace) + "?fieldSelector=spec.nodeName%3D", patience.Token))
        {
            came += change.Text("type") == "ADDED" ? 1 : 0;
            went += change.Text("type") == "DELETED" ? 1 : 0;
            if (came == _pods)
            {
                seen.TrySetResult();
            }

            if (went == _pods)
            {
                return;
            }
        }

        // A server ends a watch whose reader is too slow for it: what was measured then would be that.
        throw new InvalidOperationException($"The watch of the {theme} pods ended when {came} were seen and {went} were bound: measure again, with fewer pods.");
    }

    private static async Task SeeThatEachHasItsOwn(TestScope scope, string theme, bool sliced)
    {
        var bound = (await scope.Api.List(ApiPaths.Pods(scope.Namespace))).Where(pod => pod.Name().StartsWith(theme, StringComparison.Ordinal)).ToList();
        Assert.Equal(_pods, bound.Count);
        if (sliced)
        {
            var places = bound.Select(pod => $"{pod.Text("spec", "nodeName")} {pod.Annotation("nos.nebuly.com/slices")?.Split('=')[1]}").ToList();
            Assert.Equal(places.Count, places.Distinct().Count());
        }
    }
}
