using System.Globalization;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>The lists whose further pages somebody may still ask for: a page shows the moment of the first one.</summary>
internal sealed class ListPages
{
    private const int MostLists = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<long, ListPage> open = [];
    private readonly Queue<long> oldest = new();
    private long last;

    /// <summary>Keeps the list for its further pages.</summary>
    /// <returns>The token of its page that begins at <paramref name="next"/>.</returns>
    public string Keep(ListPage list, int next)
    {
        lock (gate)
        {
            if (list.Id is not { } id)
            {
                id = ++last;
                open[id] = list with { Id = id };
                oldest.Enqueue(id);
                if (open.Count > MostLists)
                {
                    open.Remove(oldest.Dequeue());
                }
            }

            return string.Create(CultureInfo.InvariantCulture, $"{id}-{next}");
        }
    }

    /// <summary>The list, and where its next page begins.</summary>
    /// <exception cref="ApiRefusal">410: it is forgotten.</exception>
    public (ListPage List, int Next) Find(InMemoryKind kind, string token)
    {
        var parts = token.Split('-');
        lock (gate)
        {
            return parts.Length == 2
                && long.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
                && int.TryParse(parts[1], CultureInfo.InvariantCulture, out var next)
                && open.TryGetValue(id, out var list)
                && list.Kind == kind
                    ? (list, Math.Clamp(next, 0, list.Objects.Count))
                    : throw ApiRefusal.Expired("The provided continue parameter is too old to display a consistent list result.");
        }
    }
}
