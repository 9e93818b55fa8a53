namespace Nos.Scheduling.Quotas;

/// <summary>What a quota says to one more pod.</summary>
public enum QuotaVerdictKind
{
    /// <summary>No quota is over the pod's namespace. Rule Q4.</summary>
    Unjudged,

    /// <summary>Guaranteed: in all that the pod asks for, its quota stays within its min. Rule Q2.</summary>
    WithinMin,

    /// <summary>It borrows what others leave idle. Rule Q3.</summary>
    Borrows,

    /// <summary>Nothing is idle, but it stays within its quota's fair share of what is lent. Rules Q3 and R2.</summary>
    WithinFairShare,

    /// <summary>Refused: its quota would pass its max. Rule Q1. Evicting other quotas' pods would not help.</summary>
    QuotaMaxExceeded,

    /// <summary>Refused: above its min, and the others use what they are guaranteed. Rule Q3.</summary>
    NothingToBorrow,
}
