namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Any object of the Kubernetes API, as far as it is read here; unknown fields are left out, so it is never written back whole.</summary>
public interface IKubeDocument
{
    /// <summary>Group and version, <c>v1</c> or <c>nos.nebuly.com/v1alpha1</c>; <see langword="null"/> in items of lists.</summary>
    string? ApiVersion { get; }

    /// <summary>The kind; <see langword="null"/> in items of lists.</summary>
    string? Kind { get; }

    /// <summary>Name, identity, labels.</summary>
    ObjectMeta Metadata { get; }
}
