namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>Measures over virtual time how full the cluster is, and how full those who came would have made it.</summary>
/// <param name="capacity">Unit: memory slices of all GPUs.</param>
/// <param name="from">Unit: hours; what happens before is not measured.</param>
internal sealed class MigMeter(int capacity, double from)
{
    private double last = from;
    private double span;
    private double usedArea;
    private double offeredArea;
    private long used;
    private long offered;
    private long everOffered;

    /// <summary>Unit: percent of capacity, the time average.</summary>
    internal double MeanUsedPercent => span > 0 ? 100 * usedArea / capacity / span : 100.0 * used / capacity;

    /// <summary>Unit: percent; the slice-time of rejected pods of that of all, had they been there.</summary>
    internal double RejectedTimePercent => offeredArea > 0 ? 100 * (1 - usedArea / offeredArea) : 0;

    /// <summary>Unit: percent of capacity, at the moment when all slices ever asked for reached the capacity; <see langword="null"/> before.</summary>
    internal double? UsedPercentWhenOffered { get; private set; }

    /// <summary>Time goes on.</summary>
    internal void AdvanceTo(double hours)
    {
        if (hours > last)
        {
            usedArea += used * (hours - last);
            offeredArea += offered * (hours - last);
            span += hours - last;
            last = hours;
        }
    }

    /// <summary>A pod came.</summary>
    internal void Arrive(int slices, bool isPlaced)
    {
        (offered, everOffered, used) = (offered + slices, everOffered + slices, used + (isPlaced ? slices : 0));
        UsedPercentWhenOffered ??= everOffered >= capacity ? 100.0 * used / capacity : null;
    }

    /// <summary>A pod left.</summary>
    internal void Depart(int slices, bool wasPlaced) => (offered, used) = (offered - slices, used - (wasPlaced ? slices : 0));
}
