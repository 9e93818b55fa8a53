using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation;
using Nos.Scheduling.Cli.Simulation.Mig;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Benchmarks;

/// <summary>How full MIG workloads get a cluster, and how much slice-time is refused, beside first-fit on the same events.</summary>
internal static class MigTraceRun
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB";
    private static readonly (string, int)[] Shapes = [("1g.10gb", 1), ("1g.20gb", 2), ("2g.20gb", 2), ("3g.40gb", 4), ("4g.40gb", 4), ("7g.80gb", 8)];
    private static readonly double[] Uniform = [1, 1, 1, 1, 1, 1];
    private static readonly double[] Small = [.50, .15, .20, .10, .03, .02];
    private static readonly double[] Mixed = [.30, .10, .25, .20, .05, .10];
    private static readonly double[] Large = [.05, .05, .10, .25, .25, .30];
    private static readonly double[] Bimodal = [.80, 0, 0, 0, 0, .20];
    private static readonly int[] Seeds = [201, 202, 203];

    /// <param name="folder">Holds given events, whose names begin with fill or churn; <see langword="null"/> for made-up ones alone.</param>
    /// <param name="record">Whether to enter the figures.</param>
    internal static void Run(string? folder, bool record)
    {
        foreach (var file in folder is null ? Array.Empty<string>() : Directory.GetFiles(folder, "*.csv.gz").Order(StringComparer.Ordinal).ToArray())
        {
            var models = MigNodes.Parse($"1x1x{A100}").Nodes[0].Gpus.Select(gpu => gpu.Model).ToArray();
            Show($"mig_given_{Path.GetFileName(file).Split('.')[0]}", $"100x8x{A100}", [MigEvents.Read(file, models)], record);
        }

        var (large, small) = (new MigWorkload(Shapes, 6400), new MigWorkload(Shapes, 256));
        foreach (var (name, mix) in new[] { ("uniform", Uniform), ("small", Small), ("large", Large), ("bimodal", Bimodal) })
        {
            Show($"mig_fill_{name}", $"100x8x{A100}", Seeds.Select(seed => large.Fill(mix, seed)), record);
            Show($"mig_fill_{name}_4_nodes", $"4x8x{A100}", Enumerable.Range(300, 10).Select(seed => small.Fill(mix, seed)), record);
        }

        double[] Shifting(double hours) => hours < 16 ? Small : hours < 32 ? Large : Mixed;
        foreach (var (name, mix) in new[] { ("mixed", _ => Mixed), ("large", _ => Large), ("shifting", (Func<double, double[]>)Shifting) })
        {
            Show($"mig_churn_{name}", $"100x8x{A100}", Seeds.Select(seed => large.Churn(mix, 0.95, seed)), record);
            Show($"mig_churn_{name}_4_nodes", $"4x8x{A100}", Enumerable.Range(300, 10).Select(seed => small.Churn(mix, 0.9, seed)), record);
        }

        var a30 = new MigWorkload([("1g.6gb", 1), ("2g.12gb", 2), ("4g.24gb", 4)], 3200);
        Show("mig_churn_a30", "100x8xNVIDIA-A30", Seeds.Select(seed => a30.Churn(_ => [.6, .25, .15], 0.95, seed)), record);
        var rtx = new MigWorkload([("1g.24gb", 3), ("2g.48gb", 6), ("4g.96gb", 12)], 9600);
        Show("mig_churn_rtx_pro_6000", "100x8xNVIDIA-RTX-PRO-6000-Blackwell-Server-Edition", Seeds.Select(seed => rtx.Churn(_ => [.6, .25, .15], 0.95, seed)), record);
    }

    private static void Show(string name, string nodes, IEnumerable<List<MigEvent>> workloads, bool record)
    {
        var events = workloads.ToArray();
        var isFill = !events[0].Exists(happening => !happening.IsArrival);
        var figures = new JsonObject { ["workloads"] = events.Length };
        Add(figures, "first_fit", nodes, events, PlacementPolicy.FirstFit, false, isFill);
        Add(figures, "fragmentation", nodes, events, PlacementPolicy.Fragmentation, false, isFill);
        if (!isFill)
        {
            Add(figures, "fragmentation_idle_kept", nodes, events, PlacementPolicy.Fragmentation, true, isFill);
        }

        Limits.Show(name, figures, record);
    }

    private static void Add(JsonObject figures, string label, string nodes, List<MigEvent>[] events, PlacementPolicy policy, bool keepsIdle, bool isFill)
    {
        var runs = Array.ConvertAll(events, workload => new MigRun(MigNodes.Parse(nodes).Nodes, policy, keepsIdle).Play(workload, new Progress(label, workload.Count, TextWriter.Null), default).Summary);
        figures[label] = isFill
            ? new JsonObject { ["slices_in_use_percent_at_capacity"] = Math.Round(runs.Average(run => run.SlicesInUsePercentAtCapacity ?? 0), 2) }
            : new JsonObject
            {
                ["mean_slices_in_use_percent"] = Math.Round(runs.Average(run => run.MeanSlicesInUsePercent), 2),
                ["rejected_slice_time_percent"] = Math.Round(runs.Average(run => run.RejectedSliceTimePercent), 3),
                ["reused_percent"] = Math.Round(runs.Average(run => run.ReusedPercent), 1),
            };
        figures[label]!["decision_mean_ms"] = Math.Round(runs.Average(run => 1000 / run.DecisionsPerSecond), 3);
    }
}
