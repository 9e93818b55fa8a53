using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Cli.Quotas;

/// <summary><c>top quotas</c> for people.</summary>
internal static class QuotaTable
{
    /// <summary>What is left out where the window is narrow, the first first.</summary>
    private static readonly string[] Dispensable = ["NAMESPACES", "USED", "FAIR", "LENT", "BAR", "KIND", "MAX"];

    /// <summary>A line for each quota and resource, then who rules nobody and why.</summary>
    /// <param name="quotas">In the order in which they are shown; at least one.</param>
    /// <param name="width">Unit: characters a line.</param>
    /// <param name="output">Where to.</param>
    internal static void Write(IReadOnlyList<QuotaView> quotas, int width, TextWriter output)
    {
        var table = new ColumnTable("KIND", "QUOTA", "NAMESPACES", "RESOURCE", "MIN", "MAX", "USED", "ASSIGNED", "BORROWED", "LENT", "FAIR", "BAR");
        foreach (var quota in quotas)
        {
            string[] names = [quota.Key.IsComposite ? "ceq" : "eq", $"{quota.Key.Namespace}/{quota.Key.Name}", quota.Namespaces.Count == 0 ? "-" : string.Join(',', quota.Namespaces)];
            foreach (var (view, index) in quota.Resources.Select((view, index) => (view, index)))
            {
                table.Add([.. index == 0 ? names : ["", "", ""], .. Figures(view)]);
            }

            if (quota.Resources.Count == 0)
            {
                table.Add([.. names, "-", "-", "-", "-", "-", "-", "-", "-", "-"]);
            }
        }

        var left = table.Write(width, Dispensable, output);
        foreach (var quota in quotas.Where(quota => quota.RulesNone is not null))
        {
            output.WriteLine($"{quota.Key} rules no namespace: {quota.RulesNone}.");
        }

        if (left.Count > 0)
        {
            output.WriteLine($"The window is too narrow for {string.Join(", ", left)}; -o yaml has all.");
        }
    }

    private static string[] Figures(QuotaResourceView view)
    {
        var balance = view.Balance;
        var isGuaranteed = balance.Min is not null;
        return
        [
            balance.Resource, Amount(balance.Min), Amount(balance.Max), Amount(view.Used), Amount(balance.Assigned),
            Amount(isGuaranteed ? balance.Borrowed : null), Amount(isGuaranteed ? balance.Lent : null), Amount(isGuaranteed ? balance.FairShare : null), QuotaBar.Draw(balance),
        ];

        string Amount(long? amount) => amount is { } known ? QuotaWords.Amount(balance.Resource, known) : "-";
    }
}
