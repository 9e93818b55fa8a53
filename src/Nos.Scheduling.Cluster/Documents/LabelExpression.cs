namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Something that must hold of one label.</summary>
public sealed record LabelExpression
{
    /// <summary>The label's key.</summary>
    public string? Key { get; init; }

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</summary>
    public string? Operator { get; init; }

    /// <summary>The values of <c>In</c> and <c>NotIn</c>.</summary>
    public string[]? Values { get; init; }

    /// <summary>Whether it holds. An operator that is not known holds of nothing.</summary>
    /// <param name="value">The label's value; <see langword="null"/> where it is not there.</param>
    public bool Holds(string? value) => Operator switch
    {
        "In" => value is not null && (Values ?? []).Contains(value, StringComparer.Ordinal),
        "NotIn" => value is null || !(Values ?? []).Contains(value, StringComparer.Ordinal),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        _ => false,
    };
}
