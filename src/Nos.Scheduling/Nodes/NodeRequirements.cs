using System.Collections.Immutable;

namespace Nos.Scheduling.Nodes;

/// <summary>Which nodes a pod may be put on, by what they tell of themselves. Immutable; compares by content.</summary>
/// <remarks>
/// As kube-scheduler's NodeAffinity, NodeUnschedulable and TaintToleration judge. Not judged: affinity to other pods, topology spread, host ports and
/// volumes; where a node fails only in these, kube-scheduler refuses what is planned here.
/// </remarks>
public sealed record NodeRequirements
{
    /// <summary>Any ready node without taints.</summary>
    public static NodeRequirements None { get; } = new();

    /// <summary>Labels that the node must have with exactly these values, in ordinal order of keys.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Selector { get; init; } = [];

    /// <summary>Alternatives of the required node affinity, one of which must match; empty matches no node, <see langword="null"/>: there is none.</summary>
    public ImmutableArray<SelectorTerm>? Affinity { get; init; }

    /// <summary>Taints that are put up with.</summary>
    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    /// <summary>Whether the node has every label of <see cref="Selector"/>.</summary>
    public bool SelectorMatches(NodeTraits node)
    {
        foreach (var (key, value) in Selector)
        {
            if (node.Labels.GetValueOrDefault(key) != value)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the node meets one alternative of <see cref="Affinity"/>, or there is none to meet.</summary>
    public bool AffinityMatches(NodeTraits node)
    {
        if (Affinity is not { } terms)
        {
            return true;
        }

        foreach (var term in terms)
        {
            if (term.Matches(node))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first taint of the node that keeps the pod off; <see langword="null"/> where none does.</summary>
    public Taint? Untolerated(NodeTraits node)
    {
        foreach (var taint in node.Taints)
        {
            if (taint.Blocks && !Tolerates(taint))
            {
                return taint;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(NodeRequirements? other) =>
        other is not null
        && Selector.AsSpan().SequenceEqual(other.Selector.AsSpan())
        && Tolerations.AsSpan().SequenceEqual(other.Tolerations.AsSpan())
        && Affinity is null == other.Affinity is null
        && (Affinity ?? []).AsSpan().SequenceEqual((other.Affinity ?? []).AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Selector.Length, Affinity?.Length, Tolerations.Length);

    private bool Tolerates(Taint taint)
    {
        foreach (var toleration in Tolerations)
        {
            if (toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }
}
