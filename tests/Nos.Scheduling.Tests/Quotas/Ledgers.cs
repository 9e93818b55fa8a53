using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Quotas;

/// <summary>Writes quotas and ledgers down shortly: <c>"cpu 10, gpu 2"</c> is an amount of each.</summary>
internal static class Ledgers
{
    /// <summary>When quotas are created that say nothing else.</summary>
    internal static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The amounts that a text names; <see langword="null"/> or nothing: none.</summary>
    internal static ResourceAmounts Amounts(string? text) => ResourceAmounts.Of(
        (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split(' '))
            .Select(entry => KeyValuePair.Create(entry[0], long.Parse(entry[1]))));

    /// <summary>An ElasticQuota named like its namespace.</summary>
    internal static Quota Of(string space, string? min, string? max = null, int second = 0) =>
        new(new QuotaKey(space, space, IsComposite: false), [space], Amounts(min), Amounts(max), Start.AddSeconds(second));

    /// <summary>A composite in the namespace <c>quotas</c>.</summary>
    internal static Quota Over(string name, string[] spaces, string? min, string? max = null, int second = 0) =>
        new(new QuotaKey("quotas", name, IsComposite: true), [.. spaces], Amounts(min), Amounts(max), Start.AddSeconds(second));

    /// <summary>The ledger of ElasticQuotas, written <c>"a: min cpu 10; used cpu 5; max cpu 20"</c>, in any order, each part optional.</summary>
    internal static QuotaLedger Ledger(params string[] quotas)
    {
        var parts = quotas.Select(quota => quota.Split(':', 2)).Select(quota => (Space: quota[0], Parts: quota[1].Split(';', StringSplitOptions.TrimEntries))).ToArray();
        var ledger = QuotaLedger.Of(parts.Select(quota => Of(quota.Space, Part(quota.Parts, "min"), Part(quota.Parts, "max"))));
        return parts.Aggregate(ledger, (sum, quota) => sum.Taking(quota.Space, Amounts(Part(quota.Parts, "used"))));
    }

    private static string? Part(string[] parts, string name) =>
        Array.Find(parts, part => part.StartsWith($"{name} ", StringComparison.Ordinal))?[(name.Length + 1)..];
}
