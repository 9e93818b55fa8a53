using System.Text.Json;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>The part of a pod's spec that decisions need.</summary>
public sealed record PodSpec
{
    /// <summary>The node it is bound to; <see langword="null"/> or empty while it waits.</summary>
    public string? NodeName { get; init; }

    /// <summary>Who schedules it; the API server's default is <c>default-scheduler</c>.</summary>
    public string? SchedulerName { get; init; }

    /// <summary>The priority that admission resolved; <see langword="null"/> counts as 0.</summary>
    public int? Priority { get; init; }

    /// <summary><c>Never</c> or <c>PreemptLowerPriority</c>; <see langword="null"/> means the latter.</summary>
    public string? PreemptionPolicy { get; init; }

    /// <summary>Containers that run side by side.</summary>
    public Container[] Containers { get => field ?? []; init; }

    /// <summary>Containers that run one after the other before them; sidecars among them go on.</summary>
    public Container[]? InitContainers { get; init; }

    /// <summary>cpu and memory that the runtime class adds, by resource name.</summary>
    public Dictionary<string, Quantity>? Overhead { get; init; }

    /// <summary>Defaults of the containers' security contexts.</summary>
    public SecurityContext? SecurityContext { get; init; }

    /// <summary>Labels that a node must have.</summary>
    public Dictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Affinity as the user wrote it; only parts of it are read, where they are needed.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>Tolerations as the user wrote them; read only where no scheduler has filtered for us.</summary>
    public JsonElement? Tolerations { get; init; }
}
