using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Cpu in thousandths, memory in bytes, and places for pods.</summary>
internal readonly record struct NodeBudget(decimal CpuMilli, decimal MemoryBytes, decimal Pods)
{
    public static NodeBudget Allocatable(JsonObject node) => new(
        Amount(node.Text("status", "allocatable", "cpu")) * 1000, Amount(node.Text("status", "allocatable", "memory")), Amount(node.Text("status", "allocatable", "pods")));

    /// <summary>The main containers together, or the largest init container, whichever is more. Sidecars are not used in these tests.</summary>
    public static NodeBudget AskedBy(JsonObject pod)
    {
        var main = Requests(pod, "containers").Aggregate(default(NodeBudget), (sum, one) => sum.Plus(one));
        var most = Requests(pod, "initContainers").Aggregate(main, (most, one) => new NodeBudget(Math.Max(most.CpuMilli, one.CpuMilli), Math.Max(most.MemoryBytes, one.MemoryBytes), 0));
        return most with { Pods = 1 };
    }

    public NodeBudget Plus(NodeBudget other) => new(CpuMilli + other.CpuMilli, MemoryBytes + other.MemoryBytes, Pods + other.Pods);

    public bool Holds(NodeBudget other) => other.CpuMilli <= CpuMilli && other.MemoryBytes <= MemoryBytes && other.Pods <= Pods;

    /// <summary>All pods that are bound to the node and have not ended.</summary>
    public static NodeBudget UsedOn(string node, IEnumerable<PodSeen> pods) =>
        pods.Where(pod => pod.Node == node && !pod.HasEnded).Aggregate(default(NodeBudget), (sum, pod) => sum.Plus(AskedBy(pod.Written)));

    private static IEnumerable<NodeBudget> Requests(JsonObject pod, string field) =>
        (pod.At("spec", field)?.AsArray() ?? []).Select(container => new NodeBudget(
            Amount(container.Text("resources", "requests", "cpu")) * 1000, Amount(container.Text("resources", "requests", "memory")), 0));

    /// <summary>Of the suffixes those that tests write.</summary>
    private static decimal Amount(string? quantity)
    {
        var suffix = new string([.. (quantity ?? "0").Reverse().TakeWhile(letter => !char.IsAsciiDigit(letter)).Reverse()]);
        var number = decimal.Parse((quantity ?? "0")[..^suffix.Length], CultureInfo.InvariantCulture);
        return number * suffix switch
        {
            "" => 1m,
            "m" => 0.001m,
            "k" => 1000m,
            "M" => 1000_000m,
            "G" => 1000_000_000m,
            "Ki" => 1024m,
            "Mi" => 1024m * 1024,
            "Gi" => 1024m * 1024 * 1024,
            "Ti" => 1024m * 1024 * 1024 * 1024,
            _ => throw new FormatException($"The checker does not read quantities like {quantity}."),
        };
    }
}
