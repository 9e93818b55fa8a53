namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>One kind of object that the in-memory API server keeps.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version, such as <c>v1</c>.</param>
/// <param name="Plural">The name in paths.</param>
/// <param name="Kind">The kind.</param>
/// <param name="IsNamespaced">Whether its objects live in namespaces.</param>
public sealed record InMemoryKind(string Group, string Version, string Plural, string Kind, bool IsNamespaced)
{
    /// <summary>Whether status is written through <c>/status</c> only, and that through nothing else.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether a status that comes with a new object is kept, as it is for nodes.</summary>
    public bool KeepsStatusOnCreate { get; init; }

    /// <summary>Whether <c>metadata.generation</c> counts changes of all but metadata and status.</summary>
    public bool CountsGenerations { get; init; }

    /// <summary>Whether writes of the status look at nothing of the metadata but the resourceVersion, as those of custom resources.</summary>
    public bool IsCustom { get; init; }

    /// <summary>The most objects; the oldest give way. <see langword="null"/> for as many as there are.</summary>
    public int? MostObjects { get; init; }

    /// <summary>Fields other than name and namespace that a field selector may name, as dotted paths.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>Group and version as objects carry them.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name as refusals carry it: <c>gpunodes.nos.nebuly.com</c>.</summary>
    internal string QualifiedPlural => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
