using System.IO.Compression;

namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>A comma-separated file with a header line; names ending in <c>.gz</c> are read compressed.</summary>
internal static class CsvFile
{
    /// <summary>The rows, in order. Empty lines are skipped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">Columns that must be there, each by one of its names, such as <c>name|pod</c>.</param>
    /// <exception cref="BadInputException">The file cannot be read, a column is missing, or a row has another number of cells than the header.</exception>
    internal static IEnumerable<CsvRow> Read(string path, params string[] required)
    {
        using var reader = Open(path);
        var line = 1;
        var header = CsvLine.Split(Next(reader, path, line) ?? throw new BadInputException($"{path}: line 1: the file is empty; expected a header with the columns {Words(required)}."));
        var columns = new CsvColumns(path, header, required);
        while (Next(reader, path, ++line) is { } text)
        {
            if (text.Length == 0)
            {
                continue;
            }

            var cells = CsvLine.Split(text);
            if (cells.Length != header.Length)
            {
                var column = header[Math.Min(cells.Length, header.Length - 1)];
                throw new BadInputException($"{path}: line {line}: column {column}: the row has {cells.Length} cells; expected {header.Length}, one for each column of the header.");
            }

            yield return new CsvRow(columns, line, cells);
        }
    }

    private static StreamReader Open(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            return new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static string? Next(StreamReader reader, string path, int line)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw new BadInputException($"{path}: line {line} cannot be read: {failure.Message}", failure);
        }
    }

    private static string Words(string[] required) => string.Join(", ", required.Select(names => names.Replace("|", " or ", StringComparison.Ordinal)));
}
