namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Guesses which name a misspelt one stands for.</summary>
internal static class ClosestName
{
    /// <summary>
    /// The name that the fewest insertions, deletions and replacements lead to, if no more than a third of the letters differ; else the shortest name
    /// that begins with <paramref name="text"/>; else <see langword="null"/>. Ties: ordinal order.
    /// </summary>
    internal static string? Find(string text, IEnumerable<string> names)
    {
        var ordered = names.Order(StringComparer.Ordinal).ToList();
        var closest = ordered.Select(name => (Name: name, Steps: Distance(text, name))).OrderBy(guess => guess.Steps).FirstOrDefault();
        return closest.Name is not null && closest.Steps <= Math.Max(1, text.Length / 3)
            ? closest.Name
            : ordered.Where(name => text.Length >= 3 && name.StartsWith(text, StringComparison.Ordinal)).OrderBy(name => name.Length).FirstOrDefault();
    }

    /// <summary>Levenshtein's distance, row by row.</summary>
    private static int Distance(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        foreach (var (index, letter) in from.Index())
        {
            var (diagonal, left) = (row[0], index + 1);
            row[0] = left;
            for (var column = 1; column <= to.Length; column++)
            {
                left = Math.Min(Math.Min(left, row[column]) + 1, diagonal + (letter == to[column - 1] ? 0 : 1));
                (diagonal, row[column]) = (row[column], left);
            }
        }

        return row[^1];
    }
}
