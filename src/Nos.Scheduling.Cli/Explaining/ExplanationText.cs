using System.Globalization;
using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary><c>explain pod</c> for people.</summary>
internal static class ExplanationText
{
    /// <summary>How many of those who have what a pod wants are named.</summary>
    internal const int MostPods = 5;

    /// <summary>What decides first, then the figures, then who else has it.</summary>
    internal static void Write(PodExplanation told, int width, TextWriter output)
    {
        output.WriteLine($"{told.Pod.Key} {Headline(told)}");
        output.WriteLine($"{(told.Rule is { } rule ? $"{rule}: " : "")}{told.Sentence}");
        if (told.Missing is { } missing)
        {
            output.WriteLine($"{QuotaWords.Amount(missing.Resource, missing.Amount)} of {missing.Resource} {(missing.Amount == 1 ? "is" : "are")} missing.");
        }

        if (told.Nodes is { StaysOut: { } staysOut })
        {
            output.WriteLine($"Nodes: {staysOut.Sentence}.{(staysOut.Nearest is { } nearest ? $" Nearest: {nearest}." : "")}");
        }

        if (told.Reclaim is { } reclaim)
        {
            output.WriteLine($"Reclaim: {reclaim.Reason}{(reclaim.Victims.Count == 0 ? "" : $": {string.Join(", ", reclaim.Victims.Select(Named))}")}.");
        }

        if (told.RestsUntil is { } until)
        {
            output.WriteLine($"Nobody is evicted for it before {until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}: room that was made for it came to nothing.");
        }

        if (told.Pod is { NodeName: null, Unschedulable: { } said })
        {
            output.WriteLine($"{told.Pod.SchedulerName} says: {said}");
        }

        output.WriteLine($"It asks for {Asked(told)}.");
        if (told.Quota is { } quota)
        {
            output.WriteLine();
            QuotaTable.Write([quota], width, output);
        }

        if (told.Borrowing is { } borrowing)
        {
            output.WriteLine();
            Write(borrowing, width, output);
        }
    }

    private static string Headline(PodExplanation told) => told switch
    {
        { Pod.NodeName: { } node, Standing: QuotaStanding.InQuota } => $"is on {node}, in quota.",
        { Pod.NodeName: { } node, Standing: QuotaStanding.OverQuota } => $"is on {node}, over quota.",
        { Pod.NodeName: { } node } => $"is on {node}.",
        { Reason: { } reason } => $"waits: {reason}.",
        { Nodes.Node: { } node } => $"waits, and nothing stands against it: it would go to {node}.",
        _ => "waits.",
    };

    private static string Named(Victim victim) =>
        $"{victim.Pod.Pod.Namespace}/{victim.Pod.Pod.Name} ({victim.Rule}, {victim.Quota?.ToString() ?? "no quota"}{(victim.ViolatesBudget ? ", against a PodDisruptionBudget" : "")})";

    private static string Asked(PodExplanation told) => string.Join(", ", told.Asked.All
        .Where(amount => amount.Amount > 0 && amount.Name != "pods")
        .Select(amount => $"{QuotaWords.Amount(amount.Name, amount.Amount)} of {amount.Name}")) is { Length: > 0 } text ? text : "nothing that quotas count";

    private static void Write(QuotaBorrowing borrowing, int width, TextWriter output)
    {
        if (borrowing.Quotas.Count == 0)
        {
            output.WriteLine($"No other quota borrows {borrowing.Resource}.");
            return;
        }

        output.WriteLine($"Of {borrowing.Resource}, {string.Join(", ", borrowing.Quotas.Select(quota => $"{quota.Quota} borrows {QuotaWords.Amount(borrowing.Resource, quota.Borrowed)}"))}.");
        var table = new ColumnTable("OVER-QUOTA POD", "HAS", "PRIORITY", "CREATED", "QUOTA");
        foreach (var pod in borrowing.Pods.Take(MostPods))
        {
            table.Add(
                $"{pod.Pod.Namespace}/{pod.Pod.Name}", QuotaWords.Amount(borrowing.Resource, pod.Amount), pod.Pod.Priority.ToString(CultureInfo.InvariantCulture),
                pod.Pod.Created.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), $"{pod.Quota.Namespace}/{pod.Quota.Name}");
        }

        if (borrowing.Pods.Count > 0)
        {
            table.Write(width, ["QUOTA", "CREATED"], output);
        }

        if (borrowing.Pods.Count > MostPods)
        {
            output.WriteLine($"and {borrowing.Pods.Count - MostPods} more; -o yaml names all.");
        }
    }
}
