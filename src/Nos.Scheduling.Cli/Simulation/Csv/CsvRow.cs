using System.Globalization;

namespace Nos.Scheduling.Cli.Simulation.Csv;

/// <summary>One row; every complaint about it names file, line, column and what was expected.</summary>
/// <param name="columns">The header.</param>
/// <param name="line">Unit: lines, from 1, which is the header.</param>
/// <param name="cells">The cells, one for each column.</param>
internal sealed class CsvRow(CsvColumns columns, int line, string[] cells)
{
    /// <summary>Unit: lines, from 1.</summary>
    internal int Line => line;

    /// <summary>Whether the file has the column.</summary>
    internal bool Has(string names) => columns.Find(names, out _) >= 0;

    /// <summary>The cell, or an empty text where the file lacks the column.</summary>
    internal string Text(string names) => columns.Find(names, out _) is var place and >= 0 ? cells[place] : "";

    /// <summary>The cell, which must not be empty.</summary>
    internal string Name(string names) => Text(names) is { Length: > 0 } text ? text : throw Bad(names, "a name");

    /// <summary>The cell as a whole number in a range. <c>8.0</c> counts as 8, as data frames write whole numbers so.</summary>
    internal long Whole(string names, long least, long most)
    {
        var text = Text(names);
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value == decimal.Truncate(value) && value >= least && value <= most
            ? (long)value
            : throw Bad(names, $"a whole number from {least} to {most}");
    }

    /// <summary>The cell as a number of 0 or more.</summary>
    internal double Number(string names) =>
        double.TryParse(Text(names), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) && value >= 0
            ? value
            : throw Bad(names, "a number of 0 or more");

    /// <summary>The complaint that a cell is not what was expected.</summary>
    internal BadInputException Bad(string names, string expected)
    {
        columns.Find(names, out var name);
        return new BadInputException($"{columns.File}: line {line}: column {name}: '{Text(names)}' is not what was expected: {expected}.");
    }
}
