using Nos.Scheduling.Sharing;

namespace Nos.Scheduling.Cli.Simulation.Openb;

/// <summary>Measures how much of the GPUs is allocated when so many percent of them have been asked for.</summary>
/// <param name="gpus">Unit: GPUs of the cluster; 1 or more.</param>
internal sealed class OpenbMeter(int gpus)
{
    private readonly Dictionary<int, (double Sum, int Count)> byArrived = [];
    private long arrived;
    private long allocated;

    /// <summary>One pod arrived.</summary>
    internal void Arrive(in ShareDemand demand, bool isPlaced)
    {
        arrived += demand.TotalMilli;
        allocated += isPlaced ? demand.TotalMilli : 0;
        var percent = (int)Math.Round((double)arrived / gpus / 10);
        var (sum, count) = byArrived.GetValueOrDefault(percent);
        byArrived[percent] = (sum + (100.0 * allocated / ShareNode.WholeMilli / gpus), count + 1);
    }

    /// <summary>Unit: percent; the mean over the arrivals at which, rounded, that percentage had been asked for. <see langword="null"/> where there was none.</summary>
    internal double? AllocatedAt(int percent) => byArrived.TryGetValue(percent, out var mean) ? mean.Sum / mean.Count : null;
}
