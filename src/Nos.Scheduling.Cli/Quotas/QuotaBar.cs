using System.Text;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Quotas;

/// <summary>Draws how much of a quota is assigned, in plain characters: <c>[####==..|    ]</c>.</summary>
internal static class QuotaBar
{
    private const int Cells = 20;

    /// <summary>
    /// Twenty cells up to max, or where there is none or more is assigned up to the larger of min and assigned: <c>#</c> assigned within min, <c>=</c> of min lent,
    /// <c>.</c> of min idle, <c>|</c> between them and the rest is min, <c>+</c> assigned above min. The end is <c>]</c> at max, <c>&gt;</c> without a max and <c>!</c>
    /// beyond it. Cells are rounded down, so that what looks full is full; whatever there is of assigned, lent or min takes one cell at least where there is one.
    /// </summary>
    internal static string Draw(QuotaBalance balance)
    {
        var (min, max) = (balance.Min ?? 0, balance.Max ?? 0);
        var scale = Math.Max(Math.Max(min, max), balance.Assigned);
        var bar = new StringBuilder("[");
        if (balance.Min is null)
        {
            Fill(bar, '#', CellsOf(balance.Assigned, scale));
        }
        else
        {
            var within = Math.Min(balance.Assigned, min);
            Fill(bar, '#', CellsOf(within, scale));
            Fill(bar, '=', CellsOf(within + balance.Lent, scale));
            Fill(bar, '.', CellsOf(min, scale));
            bar.Append('|');
            Fill(bar, '+', CellsOf(balance.Assigned, scale) + 1);
        }

        Fill(bar, ' ', Cells + (balance.Min is null ? 0 : 1));
        return bar.Append(balance.Max is null ? '>' : balance.Assigned > balance.Max ? '!' : ']').ToString();
    }

    /// <summary>Up to which cell an amount reaches.</summary>
    private static int CellsOf(long amount, long scale) => amount == 0 ? 0 : (int)Int128.Max(1, (Int128)amount * Cells / scale);

    /// <summary>Fills up to a cell, the opening bracket not counted.</summary>
    private static void Fill(StringBuilder bar, char cell, int until) => bar.Append(cell, Math.Max(0, until + 1 - bar.Length));
}
