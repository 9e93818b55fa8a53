namespace Nos.Scheduling.Cli.Rendering;

/// <summary>A table of plain text that leaves columns out rather than break its lines.</summary>
/// <param name="headings">The columns' headings; they differ.</param>
internal sealed class ColumnTable(params string[] headings)
{
    private const string Gap = " ";

    private readonly List<string[]> rows = [headings];

    /// <summary>Adds a row with as many cells as there are headings.</summary>
    internal void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Prints it. Lines end where their text ends.</summary>
    /// <param name="width">Unit: characters a line may have.</param>
    /// <param name="dispensable">Headings of columns that may be left out, the first first, until the lines fit.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The headings that were left out.</returns>
    internal IReadOnlyList<string> Write(int width, IReadOnlyList<string> dispensable, TextWriter output)
    {
        var columns = Enumerable.Range(0, headings.Length).ToList();
        var widths = columns.ConvertAll(column => rows.Max(row => row[column].Length));
        var left = new List<string>();
        while (columns.Sum(column => widths[column] + Gap.Length) - Gap.Length > width && left.Count < dispensable.Count)
        {
            left.Add(dispensable[left.Count]);
            columns.Remove(Array.IndexOf(headings, left[^1]));
        }

        foreach (var row in rows)
        {
            output.WriteLine(string.Join(Gap, columns.Select(column => row[column].PadRight(widths[column]))).TrimEnd());
        }

        return left;
    }
}
