using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Does to a pod what the API server does with a verdict's patch.</summary>
public static class PodPatches
{
    /// <summary>Applies the steps in their order.</summary>
    /// <exception cref="FormatException">A step cannot be applied: it was made for another pod.</exception>
    public static void Apply(JsonObject pod, IReadOnlyList<PatchOperation> patch) => JsonPatch.Apply(pod, new JsonArray(
    [
        .. patch.Select(step => new JsonObject { ["op"] = step.Op, ["path"] = step.Path, ["value"] = step.Value?.DeepClone() }),
    ]));
}
