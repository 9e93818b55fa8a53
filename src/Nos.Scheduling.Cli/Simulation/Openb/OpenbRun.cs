using System.Globalization;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>Plays arrivals against a cluster whose GPUs are given out whole or by thousandths.</summary>
internal static class OpenbRun
{
    private static readonly int[] Reported = [100, 110, 120, 130];

    /// <summary>Places one pod after the other.</summary>
    /// <param name="nodes">The cluster.</param>
    /// <param name="models">How many models there are.</param>
    /// <param name="arrivals">In order.</param>
    /// <param name="policy">By what a place is preferred.</param>
    /// <param name="progress">Told of every arrival.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static (List<OpenbPlacementRow> Rows, OpenbSummary Summary) Play(
        IReadOnlyList<ShareNode> nodes, int models, IReadOnlyList<OpenbPod> arrivals, PlacementPolicy policy, Progress progress, CancellationToken cancellation)
    {
        var placer = new SharePlacer(nodes, models, policy);
        var meter = new OpenbMeter(nodes.Sum(node => node.Gpus));
        var clock = new RunClock();
        var rows = new List<OpenbPlacementRow>(arrivals.Count);
        foreach (var pod in arrivals)
        {
            cancellation.ThrowIfCancellationRequested();
            var placement = clock.Decide(() => placer.Place(pod.Demand));
            meter.Arrive(pod.Demand, placement is not null);
            rows.Add(new OpenbPlacementRow(pod.Order ?? rows.Count, pod.Name, placement is { } found ? nodes[found.Node].Name : null, placement?.Gpus ?? []));
            progress.Report(rows.Count);
        }

        var placed = rows.Count(row => row.Node is not null);
        var allocation = Reported.ToDictionary(percent => percent.ToString(CultureInfo.InvariantCulture), meter.AllocatedAt);
        return (rows, new OpenbSummary(rows.Count, placed, rows.Count - placed, allocation, clock.Seconds, clock.PerSecond));
    }
}
