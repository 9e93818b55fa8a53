using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary>Which rule decides for a pod that its quota lets pass.</summary>
/// <param name="Id">The rule.</param>
/// <param name="TakesBack">Whether it may have other quotas' over-quota pods evicted.</param>
/// <param name="Sentence">What it says.</param>
internal sealed record RoomRules(string Id, bool TakesBack, string Sentence)
{
    private const string HasRoom = "There is room for it.";

    /// <summary>The rule, by what the quota says and whether there is room.</summary>
    internal static RoomRules Of(QuotaVerdictKind verdict, bool hasRoom) => (verdict, hasRoom) switch
    {
        (QuotaVerdictKind.WithinMin, true) => new("Q2", false, HasRoom),
        (QuotaVerdictKind.WithinMin, false) => new("R1", true, "No node has room: what others borrow may be taken back for it."),
        (QuotaVerdictKind.WithinFairShare, true) => new("R2", false, HasRoom),
        (QuotaVerdictKind.WithinFairShare, false) => new("R2", true, "No node has room: what others borrow beyond their own fair share may be taken back for it."),
        (QuotaVerdictKind.Borrows, true) => new("Q3", false, HasRoom),
        (QuotaVerdictKind.Borrows, false) => new("Q3", false, "No node has room."),
        (_, true) => new("Q4", false, HasRoom),
        _ => new("R4", false, "No node has room: only pods of lower priority that have no quota either may be evicted for it."),
    };
}
