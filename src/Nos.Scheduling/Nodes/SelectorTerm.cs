using System.Collections.Immutable;

namespace Nos.Scheduling.Nodes;

/// <summary>One alternative of a required node affinity: all its conditions together. Without any condition it matches no node.</summary>
/// <param name="Labels">Conditions on labels.</param>
/// <param name="Fields">Conditions on fields, which means on the node's name.</param>
public sealed record SelectorTerm(ImmutableArray<SelectorRequirement> Labels, ImmutableArray<SelectorRequirement> Fields)
{
    /// <summary>Whether the node meets every condition, and there is one.</summary>
    public bool Matches(NodeTraits node)
    {
        foreach (var condition in Labels)
        {
            if (!condition.Matches(node.Labels))
            {
                return false;
            }
        }

        foreach (var condition in Fields)
        {
            if (!condition.MatchesField(node.Name))
            {
                return false;
            }
        }

        return Labels.Length + Fields.Length > 0;
    }

    /// <inheritdoc/>
    public bool Equals(SelectorTerm? other) =>
        other is not null && Labels.AsSpan().SequenceEqual(other.Labels.AsSpan()) && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Labels.Length, Fields.Length);

    /// <inheritdoc/>
    public override string ToString() => string.Join(" and ", Labels.Concat(Fields));
}
