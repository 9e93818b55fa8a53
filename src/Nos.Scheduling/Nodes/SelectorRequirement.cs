using System.Collections.Immutable;
using System.Globalization;

namespace Nos.Scheduling.Nodes;

/// <summary>One condition on a node's labels, or on its name.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what.</param>
/// <remarks>
/// A condition that the API server would refuse (no values for In, a word for Gt) matches no node, as in kube-scheduler.
/// Source: k8s.io/apimachinery <c>labels.Requirement.Matches</c>; for fields <c>nodeaffinity.nodeSelectorRequirementsAsFieldSelector</c>.
/// </remarks>
public sealed record SelectorRequirement(string Key, SelectorOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether a node with these labels meets the condition.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var value = labels.GetValueOrDefault(Key);
        return Operator switch
        {
            SelectorOperator.In => value is not null && Values.Contains(value),
            SelectorOperator.NotIn => Values.Length > 0 && (value is null || !Values.Contains(value)),
            SelectorOperator.Exists => Values.IsEmpty && value is not null,
            SelectorOperator.DoesNotExist => Values.IsEmpty && value is null,
            SelectorOperator.Gt => IsBeyond(value, 1),
            SelectorOperator.Lt => IsBeyond(value, -1),
            _ => false,
        };
    }

    /// <summary>Whether a node of that name meets the condition. Fields know In and NotIn with one value, and no field but <c>metadata.name</c>.</summary>
    public bool MatchesField(string nodeName) => Key == "metadata.name" && Values.Length == 1 && Operator switch
    {
        SelectorOperator.In => Values[0] == nodeName,
        SelectorOperator.NotIn => Values[0] != nodeName,
        _ => false,
    };

    /// <inheritdoc/>
    public bool Equals(SelectorRequirement? other) =>
        other is not null && Key == other.Key && Operator == other.Operator && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Operator, Values.Length);

    /// <summary>The condition as selectors are written, <c>zone In (a, b)</c>.</summary>
    public override string ToString() => Values.IsEmpty ? $"{Key} {Operator}" : $"{Key} {Operator} ({string.Join(", ", Values)})";

    private bool IsBeyond(string? value, int direction) =>
        Values.Length == 1 && IsWhole(Values[0], out var limit) && IsWhole(value, out var number) && number.CompareTo(limit) == direction;

    private static bool IsWhole(string? text, out long number) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}
