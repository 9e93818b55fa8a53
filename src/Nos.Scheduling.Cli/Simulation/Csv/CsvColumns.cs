namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>The header of a comma-separated file.</summary>
internal sealed class CsvColumns
{
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Reads the header.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="header">The cells of line 1.</param>
    /// <param name="required">Columns that must be there, each by one of its names: <c>name|pod</c>.</param>
    /// <exception cref="BadInputException">A column is missing or there twice.</exception>
    internal CsvColumns(string file, string[] header, string[] required)
    {
        File = file;
        for (var place = 0; place < header.Length; place++)
        {
            if (!places.TryAdd(header[place].Trim(), place))
            {
                throw new BadInputException($"{file}: line 1: column {header[place]} is there twice; expected each column once.");
            }
        }

        foreach (var names in required.Select(names => names.Split('|')).Where(names => !names.Any(places.ContainsKey)))
        {
            throw new BadInputException($"{file}: line 1: column {string.Join(" or ", names)} is missing; expected it in the header, which has {string.Join(", ", header)}.");
        }
    }

    /// <summary>The file, for messages.</summary>
    internal string File { get; }

    /// <summary>Where the column is, by the first of its names that is there, or -1.</summary>
    internal int Find(string names, out string name)
    {
        foreach (var each in names.Split('|'))
        {
            if (places.TryGetValue(each, out var place))
            {
                name = each;
                return place;
            }
        }

        name = names;
        return -1;
    }
}
