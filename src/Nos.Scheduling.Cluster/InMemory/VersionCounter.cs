namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The resourceVersions: one count for all kinds, as etcd has it.</summary>
internal sealed class VersionCounter
{
    private long current = 1;

    /// <summary>The newest version.</summary>
    public long Current => Interlocked.Read(ref current);

    /// <summary>
    /// The next version. Its write must be in its table before the table's lock is left, or a list could promise what it does not hold.
    /// </summary>
    public long Next() => Interlocked.Increment(ref current);
}
