using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>Merges into the target: null removes, objects merge, everything else replaces. The patch is left as it is.</summary>
    public static void Apply(JsonObject target, JsonObject patch)
    {
        foreach (var (name, change) in patch)
        {
            if (change is null)
            {
                target.Remove(name);
            }
            else if (change is JsonObject nested)
            {
                if (target[name] is not JsonObject into)
                {
                    // Into nothing, so that nulls inside a new object are not stored.
                    target[name] = into = [];
                }

                Apply(into, nested);
            }
            else
            {
                target[name] = change.DeepClone();
            }
        }
    }
}
