namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What a namespace is guaranteed and may have at most.</summary>
public sealed record ElasticQuotaSpec
{
    /// <summary>What is guaranteed, by resource; what is not named is not judged.</summary>
    public Dictionary<string, Quantity> Min { get => field ??= []; init; }

    /// <summary>What may be used at most, lent room included; what is not named has no limit.</summary>
    public Dictionary<string, Quantity> Max { get => field ??= []; init; }
}
