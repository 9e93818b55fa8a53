namespace Nos.Scheduling.Cluster.Leading;

/// <summary>One time of leading, from the gain of the Lease to its loss. It never comes back: who leads again has another term.</summary>
public sealed class Term
{
    private readonly TimeProvider time;
    private readonly TimeSpan duration;
    private volatile Renewal renewal;

    internal Term(LeaseClaim claim, ElectionSettings settings, TimeProvider time, CancellationToken ended)
    {
        (this.time, duration, Ended) = (time, settings.Duration, ended);
        (Lease, Holder, Number, HasPredecessor) = (settings.Lease, settings.Identity, claim.Transitions, claim.HasPredecessor);
        renewal = new Renewal(claim.Since);
    }

    /// <summary>Namespace and name of the Lease.</summary>
    public string Lease { get; }

    /// <summary>Who leads: this process.</summary>
    public string Holder { get; }

    /// <summary>How often the Lease changed hands before it.</summary>
    public int Number { get; }

    /// <summary>Whether anybody is known to have led before; if not, there is nobody whose last writes could be unknown here.</summary>
    public bool HasPredecessor { get; }

    /// <summary>Asked for when it is over.</summary>
    public CancellationToken Ended { get; }

    /// <summary>For how long nobody else can lead, at least: what the Lease has left by this machine's clocks. Zero once the term is over.</summary>
    public TimeSpan Left => Ended.IsCancellationRequested || duration - SinceRenewal is var left && left < TimeSpan.Zero ? TimeSpan.Zero : left;

    /// <summary>How long ago the last renewal was sent.</summary>
    internal TimeSpan SinceRenewal => renewal.Sent.Since(time);

    /// <summary>The Lease was renewed by a request sent then.</summary>
    internal void Renew(Moment sent) => renewal = new Renewal(sent);

    /// <summary>A reference, so that readers never see half of it.</summary>
    private sealed record Renewal(Moment Sent);
}
