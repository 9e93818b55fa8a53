namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What the checker cannot know from the objects.</summary>
public sealed record CheckerSettings
{
    /// <summary>The server's <c>--reservation-ttl</c>.</summary>
    public TimeSpan ReservationTtl { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether kubelet gives pods other like slices than the promised ones (<c>allocate: swap</c>). Until reports and promises agree again, whose slice
    /// is whose is then judged by number only.
    /// </summary>
    public bool KubeletSwaps { get; init; }

    /// <summary>Pods, <c>namespace/name</c>, that nobody promised anything because the test bound them past us.</summary>
    public IReadOnlySet<string> BoundByHand { get; init; } = new HashSet<string>();
}
