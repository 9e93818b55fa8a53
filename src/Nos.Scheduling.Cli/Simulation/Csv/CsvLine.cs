using System.Text;

namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>One line of a comma-separated file. Source: RFC 4180, without line breaks in cells.</summary>
internal static class CsvLine
{
    /// <summary>The cells; quotes around a cell are taken off, and two inside it are one.</summary>
    internal static string[] Split(string line)
    {
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            return line.Split(',');
        }

        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            var isQuote = line[at] == '"';
            if (isQuote && quoted && at + 1 < line.Length && line[at + 1] == '"')
            {
                cell.Append('"');
                at++;
            }
            else if (isQuote)
            {
                quoted = !quoted;
            }
            else if (line[at] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(line[at]);
            }
        }

        return [.. cells, cell.ToString()];
    }

    /// <summary>One cell as it is to be written.</summary>
    internal static string Cell(string text) => text.AsSpan().ContainsAny(",\"") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
