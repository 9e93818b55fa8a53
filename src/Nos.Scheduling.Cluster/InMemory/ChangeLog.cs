namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The last writes of one table, bounded in number and in bytes. Not thread-safe: its table locks.</summary>
/// <param name="mostChanges">The most writes that are kept.</param>
/// <param name="mostBytes">The most bytes that superseded versions may keep alive.</param>
internal sealed class ChangeLog(int mostChanges, long mostBytes)
{
    private readonly List<Change> changes = [];
    private int first;
    private long bytes;

    /// <summary>The last write that was forgotten; a watch from an earlier version is too old.</summary>
    public long ForgottenUpTo { get; private set; }

    public void Add(Change change)
    {
        changes.Add(change);
        bytes += Cost(change);
        while (changes.Count - first > mostChanges || (bytes > mostBytes && changes.Count - first > 1))
        {
            ForgottenUpTo = changes[first].Version;
            bytes -= Cost(changes[first]);
            changes[first++] = null!;
        }

        if (first > mostChanges)
        {
            changes.RemoveRange(0, first);
            first = 0;
        }
    }

    /// <summary>Copies the writes after a version, oldest first.</summary>
    public void CopyAfter(long version, int most, List<Change> copy)
    {
        var (low, high) = (first, changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = changes[middle].Version > version ? (low, middle) : (middle + 1, high);
        }

        copy.AddRange(changes.GetRange(low, Math.Min(most, changes.Count - low)));
    }

    /// <summary>What only this log keeps alive: the version before; the present one is the table's anyway, until it is a "before" itself.</summary>
    private static long Cost(Change change) => (change.Before?.Json.Length ?? 0) + (change.IsDeletion ? change.Now.Json.Length : 0);
}
