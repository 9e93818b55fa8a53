namespace Nos.Scheduling.Cluster.Documents;

/// <summary>What keeps pods off a node unless they tolerate it.</summary>
public sealed record Taint
{
    /// <summary>Its key.</summary>
    public string Key { get => field ?? ""; init; }

    /// <summary>Its value, or <see langword="null"/>.</summary>
    public string? Value { get; init; }

    /// <summary><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</summary>
    public string Effect { get => field ?? ""; init; }
}
