using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>Measures, asserts no time: the figures go to the test's output and to the file that <c>NOS_FIGURES</c> names.</summary>
public sealed class LatencyTests(ITestOutputHelper output)
{
    private const int Pods = 100;

    [Fact]
    public async Task Pods_created_one_after_the_other_are_bound_each_to_a_slice_cut_for_it()
    {
        await using var nos = await NosPlane.Start("own");
        await using var scope = await nos.Plane.Scope("latency");
        for (var node = 0; node < 4; node++)
        {
            await scope.Add(NosPlane.Node(scope.NodeName($"n{node}"), "mig", "NVIDIA-A100-SXM4-80GB", 8, 81920));
            await nos.Partitionable(scope.NodeName($"n{node}"));
        }

        var milliseconds = new List<double>();
        for (var index = 0; index < Pods; index++)
        {
            var name = $"p{index}";
            var began = Stopwatch.GetTimestamp();
            await scope.Add(TestPod.Named(name).Asking("nos.nebuly.com/gpu-memory", 10).By(NosPlane.SchedulerName));
            JsonObject pod;
            do
            {
                pod = await scope.Pod(name);
                Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(1), pod.ToJsonString());
            }
            while (pod.Text("spec", "nodeName") is null);

            milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Assert.NotNull(pod.Annotation("nos.nebuly.com/slices"));
        }

        milliseconds.Sort();
        var figures = new JsonObject
        {
            ["pods"] = Pods,
            ["median_ms"] = Math.Round(milliseconds[Pods / 2], 1),
            ["p99_ms"] = Math.Round(milliseconds[(int)(Pods * 0.99) - 1], 1),
            ["max_ms"] = Math.Round(milliseconds[^1], 1),
        };
        output.WriteLine(figures.ToJsonString());
        if (Environment.GetEnvironmentVariable("NOS_FIGURES") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, figures.ToJsonString());
        }
    }
}
