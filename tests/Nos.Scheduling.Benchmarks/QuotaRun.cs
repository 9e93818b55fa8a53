using System.Diagnostics;
using System.Text.Json.Nodes;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Benchmarks;

/// <summary>What a pod costs the ledger of 1,000 quotas that count 100,000 pods.</summary>
internal static class QuotaRun
{
    private const int Quotas = 1000;
    private const int Pods = 100_000;
    private static readonly ResourceAmounts Request = Amounts((QuotaStandings.GpuMemory, 10), ("cpu", 1000), ("memory", 1L << 30), ("nvidia.com/mig-1g.10gb", 1), ("pods", 1));
    private static readonly string[] Spaces = [.. Enumerable.Range(0, Quotas).Select(index => $"team-{index}")];

    internal static void Run(bool record)
    {
        var empty = QuotaLedger.Of(Spaces.Select((space, index) => new Quota(
            new QuotaKey(space, "quota", false), [space],
            Amounts((QuotaStandings.GpuMemory, 500 + index), ("cpu", 100_000), ("memory", 1L << 37), ("pods", 100)), Amounts((QuotaStandings.GpuMemory, 5000)), DateTimeOffset.UnixEpoch)));
        var full = Fill(empty);
        var figures = new JsonObject { ["pods"] = Pods };
        Add(figures, "judge_us", Pods, index => full.Judge(Spaces[index % Quotas], Request));
        var then = full;
        Add(figures, "taking_us", Pods, index => then = then.Taking(Spaces[index * 7 % Quotas], Request));
        Add(figures, "giving_us", Pods, index => then = then.Giving(Spaces[index * 7 % Quotas], Request));
        Add(figures, "fill_with_all_pods_ms", 1, _ => Fill(empty), 1000);
        Limits.Show("quota_ledger_1000_quotas", figures, record);
    }

    private static QuotaLedger Fill(QuotaLedger ledger)
    {
        for (var index = 0; index < Pods; index++)
        {
            ledger = ledger.Taking(Spaces[index % Quotas], Request);
        }

        return ledger;
    }

    /// <summary>The middle of five rounds.</summary>
    private static void Add(JsonObject figures, string name, int times, Func<int, object> act, int unit = 1_000_000)
    {
        var rounds = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var index = 0; index < times; index++)
            {
                act(index);
            }

            rounds.Add(watch.Elapsed.TotalSeconds * unit / times);
        }

        figures[name] = Math.Round(rounds.Order().ElementAt(2), 2);
    }

    private static ResourceAmounts Amounts(params (string Name, long Amount)[] amounts) =>
        ResourceAmounts.Of(amounts.Select(amount => KeyValuePair.Create(amount.Name, amount.Amount)));
}
