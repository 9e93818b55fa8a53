namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of a container that decisions need.</summary>
public sealed record Container
{
    /// <summary>Unique within the pod.</summary>
    public string Name { get => field ?? ""; init; }

    /// <summary>What it asks for.</summary>
    public ContainerResources? Resources { get; init; }

    /// <summary><c>Always</c> on an init container makes it a sidecar, which goes on beside the main containers.</summary>
    public string? RestartPolicy { get; init; }

    /// <summary>Its environment, in order.</summary>
    public EnvironmentVariable[]? Env { get; init; }

    /// <summary>Overrides the pod's.</summary>
    public SecurityContext? SecurityContext { get; init; }
}
