using System.Text.Json;

namespace Nos.Scheduling.Cluster.Documents;

/// <summary>Devices that a driver of dynamic resource allocation (DRA) offers on a node: a ResourceSlice of <c>resource.k8s.io</c>.</summary>
public sealed record ResourceSliceDocument : IKubeDocument
{
    /// <inheritdoc/>
    public string? ApiVersion { get; init; }

    /// <inheritdoc/>
    public string? Kind { get; init; }

    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ??= new(); init; }

    /// <summary>Whose, where, and what.</summary>
    public SliceSpecification Spec { get => field ??= new(); init; }

    /// <summary>Whose, where, and what.</summary>
    public sealed record SliceSpecification
    {
        /// <summary>The driver, such as <c>gpu.nvidia.com</c>.</summary>
        public string? Driver { get; init; }

        /// <summary>The node; <see langword="null"/> where the devices are not of one node.</summary>
        public string? NodeName { get; init; }

        /// <summary>The devices, of which only the number matters; <see langword="null"/> or empty where the slice has counters alone.</summary>
        public JsonElement[]? Devices { get; init; }
    }
}
