using System.Globalization;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Says in words what a quota says. Equal verdicts, equal words.</summary>
public static class QuotaWords
{
    /// <summary>One sentence with the figures that decided.</summary>
    public static string Of(QuotaVerdict verdict) => verdict.Kind switch
    {
        QuotaVerdictKind.Unjudged => "No quota is over its namespace.",
        QuotaVerdictKind.WithinMin => $"{verdict.Quota!.Key} guarantees it what it asks for.",
        QuotaVerdictKind.QuotaMaxExceeded =>
            $"{verdict.Quota!.Key} allows at most {Amount(verdict, verdict.Limit)} of {verdict.Resource}; {Amount(verdict, verdict.Used)} is used, and it asks for {Amount(verdict, verdict.Asked)}.",
        QuotaVerdictKind.NothingToBorrow =>
            $"{verdict.Quota!.Key} would go above its min of {verdict.Resource}, and nothing is left to borrow: all quotas use {Amount(verdict, verdict.Used)} of the "
            + $"{Amount(verdict, verdict.Limit)} that they guarantee together, and it asks for {Amount(verdict, verdict.Asked)}.",
        QuotaVerdictKind.WithinFairShare => $"{verdict.Quota!.Key} goes above its min of {verdict.Resource}, but stays within its fair share of what is lent.",
        _ => $"{verdict.Quota!.Key} goes above its min of {verdict.Resource} and borrows what others leave idle.",
    };

    /// <summary>An amount of a resource as people write it: cpu in cores, memory in Mi where it is whole, else plain.</summary>
    public static string Amount(string? resource, long amount) => resource switch
    {
        "cpu" => amount % 1000 == 0 ? (amount / 1000).ToString(CultureInfo.InvariantCulture) : $"{amount}m",
        "memory" or "ephemeral-storage" when amount != 0 && amount % (1L << 30) == 0 => $"{amount >> 30}Gi",
        "memory" or "ephemeral-storage" when amount != 0 && amount % (1L << 20) == 0 => $"{amount >> 20}Mi",
        NosKeys.GpuMemory => $"{amount} GB",
        _ => amount.ToString(CultureInfo.InvariantCulture),
    };

    private static string Amount(QuotaVerdict verdict, long amount) => Amount(verdict.Resource, amount);
}
