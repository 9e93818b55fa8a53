namespace Nos.Scheduling.Cluster.Documents;

/// <summary>One slice as the agent sees it.</summary>
public sealed record SliceStatus
{
    /// <summary>As in the spec; an agent names what it found and nobody asked for in the same way.</summary>
    public string Id { get => field ?? ""; init; }

    /// <summary>NVIDIA's name of the MIG profile; <see langword="null"/> for an MPS share.</summary>
    public string? Profile { get; init; }

    /// <summary>MIG: the first memory slice.</summary>
    public int? Start { get; init; }

    /// <summary>MPS: unit GB; <see langword="null"/> for MIG.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("memoryGB")]
    public int? MemoryGB { get; init; }

    /// <summary>The instance's UUID, <c>MIG-…</c>; changes when it is made anew.</summary>
    public string? Uuid { get; init; }

    /// <summary><c>Creating</c>, <c>Free</c>, <c>Used</c>, <c>Deleting</c> or <c>Failed</c>: see <see cref="SliceStates"/>.</summary>
    public string State { get => field ?? ""; init; }

    /// <summary>Whether kubelet has been told of it.</summary>
    public bool? Advertised { get; init; }

    /// <summary>Who uses it: <c>namespace/pod/container</c>; <see langword="null"/> while nobody does.</summary>
    public string? Pod { get; init; }

    /// <summary>The uid of that pod, where the agent knows it: names come again, uids do not.</summary>
    public string? PodUid { get; init; }

    /// <summary>
    /// The UUID of the instance that the pod was started with, where that is gone: at its place is another one now, or none. <see langword="null"/> else.
    /// While the state is <c>Creating</c> the agent has not given up.
    /// </summary>
    public string? LostUuid { get; init; }

    /// <summary>What is wrong with it, while it is <c>Failed</c>.</summary>
    public string? Message { get; init; }
}
