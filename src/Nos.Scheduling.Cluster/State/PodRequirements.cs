using System.Collections.Immutable;
using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads which nodes a pod may be put on.</summary>
public static class PodRequirements
{
    /// <summary>Its selector, required node affinity and tolerations. What a term says wrongly matches nothing, as in kube-scheduler.</summary>
    public static NodeRequirements Of(PodSpec spec)
    {
        if (spec.NodeSelector is null && spec.Affinity is null && spec.Tolerations is null)
        {
            return NodeRequirements.None;
        }

        return new NodeRequirements
        {
            Selector = [.. (spec.NodeSelector ?? []).OrderBy(label => label.Key, StringComparer.Ordinal)],
            Affinity = Affinity(spec.Affinity),
            Tolerations = [.. Items(spec.Tolerations).Select(Toleration)],
        };
    }

    private static ImmutableArray<SelectorTerm>? Affinity(JsonElement? affinity) =>
        Field(Field(affinity, "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution") is { ValueKind: JsonValueKind.Object } required
            ? [.. Items(Field(required, "nodeSelectorTerms")).Select(term => new SelectorTerm(Requirements(term, "matchExpressions"), Requirements(term, "matchFields")))]
            : null;

    private static ImmutableArray<SelectorRequirement> Requirements(JsonElement term, string field) =>
    [
        .. Items(Field(term, field)).Select(requirement => new SelectorRequirement(
            Text(requirement, "key"),
            Enum.TryParse<SelectorOperator>(Text(requirement, "operator"), out var known) && Enum.IsDefined(known) ? known : SelectorOperator.Unknown,
            [.. Items(Field(requirement, "values")).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : "")])),
    ];

    private static Toleration Toleration(JsonElement toleration)
    {
        var comparison = Text(toleration, "operator") switch
        {
            "" or "Equal" => TolerationOperator.Equal,
            "Exists" => TolerationOperator.Exists,
            _ => TolerationOperator.Unknown,
        };
        var effect = Text(toleration, "effect");
        var isKnown = Enum.TryParse<TaintEffect>(effect, out var known);
        return new Toleration(
            Text(toleration, "key"), effect.Length == 0 || isKnown ? comparison : TolerationOperator.Unknown, Text(toleration, "value"), isKnown ? known : null);
    }

    private static string Text(JsonElement owner, string name) => Field(owner, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement? Field(JsonElement? owner, string name) =>
        owner is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value) ? value : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;
}
