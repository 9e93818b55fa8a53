using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Something in a file that becomes pods.</summary>
/// <param name="Document">Where it stands.</param>
/// <param name="Path">The pod within the document, as a path that ends with a point; empty where the document is the pod.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Namespace">Its namespace; <see langword="null"/> where it names none.</param>
/// <param name="Replicas">How many pods it becomes; 0 or more.</param>
/// <param name="Metadata">Labels and annotations of the pods.</param>
/// <param name="Spec">The pods' spec.</param>
internal sealed record PodSource(
    InputDocument Document, string Path, string Kind, string Name, string? Namespace, int Replicas, JsonObject Metadata, JsonObject Spec)
{
    /// <summary>The pods' names: its own for a pod, numbered ones for what makes pods, which only StatefulSets call like that.</summary>
    internal IEnumerable<string> PodNames => Kind == "Pod" ? [Name] : Enumerable.Range(0, Replicas).Select(index => $"{Name}-{index}");
}
