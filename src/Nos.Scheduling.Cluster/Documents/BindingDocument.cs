namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Puts a pod onto a node. Annotations of a Binding are merged into the pod by the bind itself, in one step.</summary>
public sealed record BindingDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get => field ?? "v1"; init; }

    /// <inheritdoc/>
    public string? Kind { get => field ?? "Binding"; init; }

    /// <summary>The pod's name, namespace and uid, and the annotations to add to it.</summary>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>The node.</summary>
    public ObjectReference Target { get => field ??= new(); init; }
}
