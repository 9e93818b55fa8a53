namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What the namespaces of a quota have, in the resources that its min or max names.</summary>
public sealed record ElasticQuotaStatus
{
    /// <summary>What its pods ask for that run.</summary>
    public Dictionary<string, Quantity> Used { get => field ??= []; init; }

    /// <summary>What its pods ask for that are bound and have not ended: with what is reserved, the amount that decisions go by.</summary>
    public Dictionary<string, Quantity> Assigned { get => field ??= []; init; }

    /// <summary>What of it is above min.</summary>
    public Dictionary<string, Quantity> Borrowed { get => field ??= []; init; }

    /// <summary>What is or is not so with the quota.</summary>
    public Condition[] Conditions { get => field ?? []; init; }
}
