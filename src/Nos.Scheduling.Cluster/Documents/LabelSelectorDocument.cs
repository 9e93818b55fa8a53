namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Says which objects are meant by their labels: all that it lists must hold.</summary>
public sealed record LabelSelectorDocument
{
    /// <summary>Labels with these values.</summary>
    public Dictionary<string, string>? MatchLabels { get; init; }

    /// <summary>What else must hold.</summary>
    public LabelExpression[]? MatchExpressions { get; init; }

    /// <summary>Whether it says nothing at all.</summary>
    public bool IsEmpty => MatchLabels is null or { Count: 0 } && MatchExpressions is null or { Length: 0 };

    /// <summary>Whether labels are as it wants them. One that says nothing wants nothing.</summary>
    public bool Matches(IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        string? Find(string key) => labels.FirstOrDefault(label => label.Key == key).Value;
        return (MatchLabels ?? []).All(wanted => Find(wanted.Key) == wanted.Value) && Array.TrueForAll(MatchExpressions ?? [], expression => expression.Holds(Find(expression.Key ?? "")));
    }
}
