namespace Nos.Scheduling.Cluster.Observing;

/// <summary>
/// Adds up one node's amounts by GPU and up to two words. Used again for node after node, it allocates next to nothing: a scrape of thousands of nodes
/// must not make garbage that decisions then wait for.
/// </summary>
internal sealed class NodeTally
{
    private readonly List<(int Gpu, string First, string Second, long Amount)> entries = [];

    /// <summary>Adds to what is there. A node has few different keys, so they are looked for one after the other.</summary>
    internal void Add(int gpu, string first, string second, long amount)
    {
        for (var index = 0; index < entries.Count; index++)
        {
            var entry = entries[index];
            if (entry.Gpu == gpu && entry.First == first && entry.Second == second)
            {
                entries[index] = entry with { Amount = entry.Amount + amount };
                return;
            }
        }

        entries.Add((gpu, first, second, amount));
    }

    /// <summary>Gives out all sums by GPU, then by words in ordinal order, and forgets them.</summary>
    internal IEnumerable<(int Gpu, string First, string Second, long Amount)> Drain()
    {
        entries.Sort(static (left, right) => (left.Gpu - right.Gpu, string.CompareOrdinal(left.First, right.First)) switch
        {
            (0, 0) => string.CompareOrdinal(left.Second, right.Second),
            (0, var words) => words,
            var (gpus, _) => gpus,
        });
        foreach (var entry in entries)
        {
            yield return entry;
        }

        entries.Clear();
    }
}
