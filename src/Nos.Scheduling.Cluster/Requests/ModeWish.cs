using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Which mode a pod's author, its namespace or the operator asks for, in this order.</summary>
/// <param name="Mode">The mode; <see langword="null"/> for whichever wastes less.</param>
/// <param name="Wrong">The author named no mode: a sentence; <see langword="null"/> else.</param>
/// <param name="Warning">The namespace names no mode and was not listened to; <see langword="null"/> else.</param>
internal readonly record struct ModeWish(PartitioningMode? Mode, string? Wrong = null, string? Warning = null)
{
    /// <summary>Reads it. <c>auto</c> takes back what would come after.</summary>
    internal static ModeWish Of(PodDocument pod, NamespaceDocument? ns, PartitioningMode? otherwise)
    {
        if (pod.Metadata.Annotation(NosKeys.GpuPartitioning) is { } own)
        {
            return TryParse(own, out var mode)
                ? new ModeWish(mode)
                : new ModeWish(null, Wrong: $"Annotation {NosKeys.GpuPartitioning} is {own}; write mig or mps.");
        }

        if (ns?.Metadata.Annotation(NosKeys.GpuPartitioning) is { } shared)
        {
            return TryParse(shared, out var mode)
                ? new ModeWish(mode)
                : new ModeWish(otherwise, Warning: $"The namespace's {NosKeys.GpuPartitioning} is {shared}, not mig or mps: ignored.");
        }

        return new ModeWish(otherwise);
    }

    /// <summary>A mode as labels and annotations write it.</summary>
    internal static string Written(PartitioningMode mode) => mode == PartitioningMode.Mig ? "mig" : "mps";

    private static bool TryParse(string text, out PartitioningMode? mode)
    {
        (var isMode, mode) = text switch
        {
            "mig" => (true, PartitioningMode.Mig),
            "mps" => (true, PartitioningMode.Mps),
            _ => (text == "auto", (PartitioningMode?)null),
        };
        return isMode;
    }
}
