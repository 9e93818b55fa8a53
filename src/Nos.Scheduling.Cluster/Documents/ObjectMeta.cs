namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of Kubernetes' object metadata that is read here. Absent fields are <see langword="null"/>.</summary>
public sealed record ObjectMeta
{
    /// <summary>Unique within its namespace and kind.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>Prefix from which the API server makes the name; set on admission of controllers' pods, when <see cref="Name"/> is still empty.</summary>
    public string? GenerateName { get; init; }

    /// <summary><see langword="null"/> for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Identity over time: another object of the same name has another one.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version, for compare-and-swap only.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts changes of the spec; <see langword="null"/> for kinds that do not count.</summary>
    public long? Generation { get; init; }

    /// <summary>When the API server stored it first.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When it is to be gone; <see langword="null"/> unless it is being deleted.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels, or <see langword="null"/>.</summary>
    public Dictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations, or <see langword="null"/>.</summary>
    public Dictionary<string, string>? Annotations { get; init; }

    /// <summary>Owners, or <see langword="null"/>.</summary>
    public OwnerReference[]? OwnerReferences { get; init; }

    /// <summary>The label's value, or <see langword="null"/>.</summary>
    public string? Label(string key) => Labels?.GetValueOrDefault(key);

    /// <summary>The annotation's value, or <see langword="null"/>.</summary>
    public string? Annotation(string key) => Annotations?.GetValueOrDefault(key);
}
