using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary>Which rule decides for a pod that its quota lets pass.</summary>
/// <param name="Id">The rule.</param>
/// <param name="TakesBack">Whether it may have other quotas' over-quota pods evicted.</param>
/// <param name="Sentence">What it says.</param>
internal sealed record RoomRules(string Id, bool TakesBack, string Sentence)
{
    private const string HasRoom = "There is room for it.";

    private const string MayTakeShare = "No node has room: what others borrow beyond their own fair share may be taken back for it, which is within its own.";

    /// <summary>The rule.</summary>
    /// <param name="verdict">What its quota says.</param>
    /// <param name="hasRoom">Whether a node has room for it.</param>
    /// <param name="isWithinShare">Whether it stays within its quota's min and fair share.</param>
    internal static RoomRules Of(QuotaVerdictKind verdict, bool hasRoom, bool isWithinShare) => (verdict, hasRoom) switch
    {
        (QuotaVerdictKind.WithinMin, true) => new("Q2", false, HasRoom),
        (QuotaVerdictKind.WithinMin, false) => new("R1", true, "No node has room: what others borrow may be taken back for it."),
        (QuotaVerdictKind.WithinFairShare, true) => new("R2", false, HasRoom),
        (QuotaVerdictKind.WithinFairShare, false) => new("R2", true, MayTakeShare),
        (QuotaVerdictKind.Borrows, true) => new("Q3", false, HasRoom),
        (QuotaVerdictKind.Borrows, false) when isWithinShare => new("R2", true, MayTakeShare),
        (QuotaVerdictKind.Borrows, false) => new("R3", false, "No node has room: beyond its fair share, only pods of its own quota of lower priority may be evicted for it."),
        (_, true) => new("Q4", false, HasRoom),
        _ => new("R4", false, "No node has room: only pods of lower priority that have no quota either may be evicted for it."),
    };
}
