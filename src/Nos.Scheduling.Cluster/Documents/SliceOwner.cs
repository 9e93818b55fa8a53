namespace Nos.Scheduling.Cluster.Documents;

/// <summary>For whom a slice was cut, and until when it waits for that pod.</summary>
public sealed record SliceOwner
{
    /// <summary>The pod's uid.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>When the reservation ends if the pod has not been bound.</summary>
    public DateTimeOffset Until { get; init; }
}
