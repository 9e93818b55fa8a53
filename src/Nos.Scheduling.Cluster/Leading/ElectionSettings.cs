namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Which Lease replicas elect their leader by, and in what times. The proportions are client-go's: of 10 s, 7 s and 2 s.</summary>
/// <param name="Namespace">The Lease's namespace.</param>
/// <param name="Name">The Lease's name.</param>
/// <param name="Identity">Who this process is: of no other process, nor of an earlier one of the same pod.</param>
/// <param name="Duration">How long the Lease lasts after a renewal. Whole seconds: a Lease knows no others.</param>
public sealed record ElectionSettings(string Namespace, string Name, string Identity, TimeSpan Duration)
{
    /// <summary>A leader that could not renew for so long gives up, well before others may take over.</summary>
    public TimeSpan RenewDeadline => Duration * 0.7;

    /// <summary>How often the Lease is renewed, or looked at by those who wait.</summary>
    public TimeSpan RetryPeriod => Duration * 0.2;

    /// <summary>How long one attempt may take: half of <see cref="RenewDeadline"/>, so that one that hangs leaves time for another.</summary>
    public TimeSpan AttemptTimeout => RenewDeadline / 2;

    /// <summary>How long a write of the leader's may take, and so how much of the Lease must be left when it is sent.</summary>
    public TimeSpan WriteTimeout => Duration / 2;

    /// <summary>Namespace and name of the Lease.</summary>
    public string Lease => $"{Namespace}/{Name}";
}
