using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Judges by an own clock whether leases have run out: what counts is when a renewal was seen, not what time it names.</summary>
internal sealed class LeaseClock(TimeProvider time)
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(90);

    private readonly Dictionary<string, Pulse> pulses = new(StringComparer.Ordinal);

    /// <summary>Notes a lease as it was seen now.</summary>
    internal void See(LeaseDocument lease)
    {
        var known = pulses.GetValueOrDefault(lease.Metadata.Name);
        if (known is null || known.RenewTime != lease.Spec.RenewTime)
        {
            var duration = lease.Spec.LeaseDurationSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : Default;
            pulses[lease.Metadata.Name] = new Pulse(lease.Spec.RenewTime, time.GetTimestamp(), duration);
        }
    }

    /// <summary>Forgets a lease that is gone: its agent counts as silent.</summary>
    internal void Forget(string name) => pulses.Remove(name);

    /// <summary>Whether the lease was renewed recently enough. A lease never seen was not.</summary>
    internal bool IsAlive(string name) =>
        pulses.GetValueOrDefault(name) is { } pulse && time.GetElapsedTime(pulse.SeenAt) < pulse.Duration;

    /// <summary>The leases that have run out since this was asked last.</summary>
    internal IReadOnlyList<string> NewlyExpired()
    {
        var expired = pulses.Where(pulse => !pulse.Value.IsKnownExpired && !IsAlive(pulse.Key)).Select(pulse => pulse.Key).ToArray();
        foreach (var name in expired)
        {
            pulses[name] = pulses[name] with { IsKnownExpired = true };
        }

        return expired;
    }

    private sealed record Pulse(string? RenewTime, long SeenAt, TimeSpan Duration, bool IsKnownExpired = false);
}
