using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.WholeLine;

/// <summary>Measures, asserts no time: the figures go to the test's output and to the file that <c>NOS_FIGURES</c> names.</summary>
[Collection(LineCollection.Name)]
public sealed class LineFigureTests(LinePlane line, ITestOutputHelper output)
{
    // Few where the point is that it works; limits.json says how many were measured.
    private static readonly int _pods = Number("NOS_LINE_PODS", 3);
    private static readonly int _idleSeconds = Number("NOS_LINE_IDLE_SECONDS", 3);

    [KubeletFact]
    public async Task From_a_pods_creation_to_its_container_from_a_specs_change_to_its_slice_and_what_an_idle_agent_costs()
    {
        var figures = new JsonObject
        {
            ["pods"] = _pods,
            ["created_to_running_ms"] = Spread(await CreatedToRunning("cut")),
            ["created_to_running_with_a_free_slice_ms"] = Spread(await CreatedToRunning("reuse")),
            ["spec_to_advertised_ms"] = Spread(await SpecToAdvertised()),
        };
        var (began, before) = (Stopwatch.GetTimestamp(), ProcessorTime());
        await Task.Delay(TimeSpan.FromSeconds(_idleSeconds));
        figures["idle_seconds"] = _idleSeconds;
        figures["idle_cpu_percent_of_a_core"] = Math.Round(100 * (ProcessorTime() - before) / Stopwatch.GetElapsedTime(began), 2);
        figures["idle_rss_anon_mib"] = Math.Round(AnonymousKilobytes() / 1024.0, 1);

        output.WriteLine(figures.ToJsonString());
        if (Environment.GetEnvironmentVariable("NOS_FIGURES") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, figures.ToJsonString());
        }
    }

    private static int Number(string variable, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    private static JsonObject Spread(List<double> milliseconds)
    {
        milliseconds.Sort();
        return new JsonObject
        {
            ["median"] = Math.Round(milliseconds[milliseconds.Count / 2], 1),
            ["min"] = Math.Round(milliseconds[0], 1),
            ["max"] = Math.Round(milliseconds[^1], 1),
        };
    }

    /// <summary>One after the other; the time is that at which the API server shows the container as running, which kubelet tells about once a second.</summary>
    private async Task<List<double>> CreatedToRunning(string theme)
    {
        await using var scope = await line.Scope(theme);
        var took = new List<double>();
        for (var index = 0; index < _pods; index++)
        {
            if (theme == "cut")
            {
                await FreeAll();
            }

            var name = $"p{index}";
            var running = Running(scope, name);
            await Task.Delay(100);
            var began = Stopwatch.GetTimestamp();
            await scope.Add(LineScope.Pod(name).Asking("nos.nebuly.com/gpu-memory", 10));
            await running;
            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            Assert.StartsWith("MIG-", await scope.Devices(name));
            await scope.Forget(name);
            await scope.Freed();
        }

        return took;
    }

    private async Task Running(LineScope scope, string pod)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (var change in line.Api.Watch($"{ApiPaths.Pods(scope.Namespace)}?fieldSelector=metadata.name%3D{pod}", patience.Token))
        {
            if (change.Text("object", "status", "phase") is "Running")
            {
                return;
            }
        }

        throw new InvalidOperationException($"The watch of {pod} ended before it ran.");
    }

    /// <summary>From before the write of the spec until the report comes out of a watch, to which the answer of the API server belongs.</summary>
    private async Task<List<double>> SpecToAdvertised()
    {
        var took = new List<double>();
        for (var index = 0; index < _pods; index++)
        {
            await FreeAll();
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            await using var reports = line.Api.Watch($"{ApiPaths.GpuNodes}?fieldSelector=metadata.name%3D{LinePlane.Node}", patience.Token).GetAsyncEnumerator(patience.Token);
            Assert.True(await reports.MoveNextAsync());
            var began = Stopwatch.GetTimestamp();
            var (id, generation) = await line.CutAnew();
            while (!LinePlane.Advertises(reports.Current["object"]!.AsObject(), id, generation))
            {
                Assert.True(await reports.MoveNextAsync());
            }

            took.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return took;
    }

    /// <summary>No slices any more, on any GPU, and the agent at rest: after a report it is silent for a moment.</summary>
    private async Task FreeAll()
    {
        for (var gpu = 0; gpu < LinePlane.GpuCount; gpu++)
        {
            await line.Edit(gpu, slices => slices.Clear());
        }

        await line.Eventually("has no slices", gpuNode => !LinePlane.Slices(gpuNode).Any());
        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    private TimeSpan ProcessorTime()
    {
        using var agent = Process.GetProcessById(line.Nos.Agent.Id);
        return agent.TotalProcessorTime;
    }

    private long AnonymousKilobytes() => long.Parse(
        File.ReadLines($"/proc/{line.Nos.Agent.Id}/status").First(entry => entry.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
