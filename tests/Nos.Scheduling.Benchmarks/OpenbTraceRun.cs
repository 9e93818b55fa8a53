using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation.Openb;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Benchmarks;

/// <summary>How full the openb traces get, and what a decision costs. Seeds that no constant of the policy was chosen on.</summary>
internal static class OpenbTraceRun
{
    private static readonly string[] Traces = ["default", "gpushare40", "multigpu20", "gpuspec10"];
    private static readonly int[] Seeds = [101, 102, 103, 104, 105];

    /// <param name="folder">Holds the trace's files under their published names.</param>
    /// <param name="record">Whether to enter the figures.</param>
    internal static void Run(string folder, bool record)
    {
        foreach (var trace in Traces)
        {
            var models = new OpenbModels();
            var nodes = OpenbNodes.Read(Path.Combine(folder, "openb_node_list_gpu_node.csv"), models);
            var pods = OpenbPods.Read(Path.Combine(folder, $"openb_pod_list_{trace}.csv"), models);
            var figures = new JsonObject { ["seeds"] = string.Join(", ", Seeds) };
            foreach (var (label, policy) in new[] { ("first_fit", PlacementPolicy.FirstFit), ("best_fit", PlacementPolicy.BestFit), ("fragmentation", PlacementPolicy.Fragmentation) })
            {
                var runs = Seeds.Select(seed => Play(nodes, models.Names.Count, OpenbArrivals.Shuffle(pods, seed, (long)(1.3 * 1000 * nodes.Sum(node => node.Gpus))), policy)).ToArray();
                figures[label] = new JsonObject
                {
                    ["allocated_percent_at_100"] = Math.Round(runs.Average(run => run.At100), 2),
                    ["allocated_percent_at_130"] = Math.Round(runs.Average(run => run.At130), 2),
                    ["lowest_at_100"] = Math.Round(runs.Min(run => run.At100), 2),
                    ["decision_mean_ms"] = Math.Round(runs.Average(run => run.MeanMs), 3),
                    ["decision_p99_ms"] = Math.Round(runs.Average(run => run.P99Ms), 2),
                    ["run_seconds"] = Math.Round(runs.Average(run => run.Seconds), 1),
                    ["allocated_bytes_per_decision"] = Math.Round(runs.Average(run => run.Bytes)),
                };
            }

            Limits.Show($"openb_{trace}", figures, record);
        }
    }

    private static (double At100, double At130, double MeanMs, double P99Ms, double Seconds, double Bytes) Play(
        List<ShareNode> nodes, int models, List<OpenbPod> arrivals, PlacementPolicy policy)
    {
        var placer = new SharePlacer(nodes, models, policy);
        var meter = new OpenbMeter(nodes.Sum(node => node.Gpus));
        var times = new double[arrivals.Count];
        var (warm, before) = (arrivals.Count / 2, 0L);
        for (var arrival = 0; arrival < times.Length; arrival++)
        {
            before = arrival == warm ? GC.GetAllocatedBytesForCurrentThread() : before;
            var began = Stopwatch.GetTimestamp();
            var placement = placer.Place(arrivals[arrival].Demand);
            times[arrival] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            meter.Arrive(arrivals[arrival].Demand, placement is not null);
        }

        var bytes = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (times.Length - warm);
        var (mean, total) = (times.Average(), times.Sum() / 1000);
        Array.Sort(times);
        return (meter.AllocatedAt(100) ?? 0, meter.AllocatedAt(130) ?? 0, mean, times[times.Length * 99 / 100], total, bytes);
    }
}
