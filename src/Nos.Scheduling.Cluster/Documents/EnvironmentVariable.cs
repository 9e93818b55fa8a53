namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One environment variable of a container.</summary>
public sealed record EnvironmentVariable
{
    /// <summary>Its name.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Its value; <see langword="null"/> where it comes from elsewhere.</summary>
    public string? Value { get; init; }
}
