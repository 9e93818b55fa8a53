using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>What kube-scheduler itself asks of a node, as far as tests use it: readiness, cordons, taints, selectors, required affinity.</summary>
internal static class NodeRules
{
    public static bool Admits(JsonObject node, JsonObject pod) =>
        node.Text("metadata", "deletionTimestamp") is null
        && node.Text("spec", "unschedulable") != "true"
        && Items(node, "status", "conditions").All(condition => condition.Text("type") != "Ready" || condition.Text("status") == "True")
        && (node.Text("status", "allocatable", "nvidia.com/gpu") ?? "0") == "0"
        && Items(node, "spec", "taints").All(taint => taint.Text("effect") == "PreferNoSchedule" || Tolerates(pod, taint))
        && (pod.At("spec", "nodeSelector")?.AsObject() ?? []).All(wanted => node.Label(wanted.Key) == wanted.Value?.ToString())
        && Affine(node, pod);

    private static bool Tolerates(JsonObject pod, JsonNode taint) => Items(pod, "spec", "tolerations").Any(toleration =>
        (toleration.Text("key") ?? taint.Text("key")) == taint.Text("key")
        && (toleration.Text("effect") ?? taint.Text("effect")) == taint.Text("effect")
        && (toleration.Text("operator") == "Exists" || toleration.Text("value") == taint.Text("value")));

    private static bool Affine(JsonObject node, JsonObject pod)
    {
        var terms = Items(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms").ToList();
        return terms.Count == 0 || terms.Any(term => Items(term, "matchExpressions").All(expression => Matches(node, expression)));
    }

    private static bool Matches(JsonObject node, JsonNode expression)
    {
        var (label, values) = (node.Label(expression.Text("key")!), Items(expression, "values").Select(value => value.ToString()));
        return expression.Text("operator") switch
        {
            "In" => label is not null && values.Contains(label),
            "NotIn" => label is null || !values.Contains(label),
            "Exists" => label is not null,
            "DoesNotExist" => label is null,
            var other => throw new FormatException($"The checker does not know the operator {other}."),
        };
    }

    private static IEnumerable<JsonNode> Items(JsonNode node, params string[] path) => (node.At(path)?.AsArray() ?? []).Select(item => item!);
}
