namespace Nos.Scheduling.Quotas;

/// <summary>Where a bound pod stands in its quota. Rule L1.</summary>
public enum QuotaStanding
{
    /// <summary>It and the in-quota pods before it stay within min: nobody may take from it.</summary>
    InQuota,

    /// <summary>It uses what is lent: an owner may have it back.</summary>
    OverQuota,
}
