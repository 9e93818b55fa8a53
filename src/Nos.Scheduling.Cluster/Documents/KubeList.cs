namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The items' document.</typeparam>
public sealed record KubeList<T>
    where T : IKubeDocument
{
    /// <summary>Group and version of the list.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The list's kind, such as <c>PodList</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Version and continuation.</summary>
    public ListMeta Metadata { get => field ??= new(); init; }

    /// <summary>The items; empty rather than absent.</summary>
    public T[] Items { get => field ?? []; init; }
}
