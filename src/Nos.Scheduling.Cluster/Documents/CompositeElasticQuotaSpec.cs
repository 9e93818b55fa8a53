namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What several namespaces together are guaranteed and may have at most.</summary>
public sealed record CompositeElasticQuotaSpec
{
    /// <summary>The namespaces. One that is named twice counts once.</summary>
    public string[] Namespaces { get => field ?? []; init; }

    /// <summary>What is guaranteed, by resource; what is not named is not judged.</summary>
    public Dictionary<string, Quantity> Min { get => field ??= []; init; }

    /// <summary>What may be used at most, lent room included; what is not named has no limit.</summary>
    public Dictionary<string, Quantity> Max { get => field ??= []; init; }
}
