using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Collects the steps of a patch; knows which parents it has made itself.</summary>
internal sealed class PodPatch
{
    private readonly List<PatchOperation> operations = [];
    private readonly Dictionary<string, JsonObject> made = new(StringComparer.Ordinal);

    /// <summary>The steps so far.</summary>
    internal IReadOnlyList<PatchOperation> Operations => operations;

    /// <summary>A key as a JSON pointer writes it.</summary>
    internal static string Escape(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>Takes away what is at <paramref name="parent"/> under <paramref name="key"/>; it must be there.</summary>
    internal void Remove(string parent, string key) => operations.Add(new PatchOperation("remove", $"{parent}/{Escape(key)}"));

    /// <summary>Adds or replaces at exactly <paramref name="path"/>, whose parent must be there.</summary>
    internal void Add(string path, JsonNode value) => operations.Add(new PatchOperation("add", path, value));

    /// <summary>Makes an object at <paramref name="path"/> unless the pod has one.</summary>
    internal void Ensure(string path, bool exists)
    {
        if (!exists && !made.ContainsKey(path))
        {
            Add(path, made[path] = []);
        }
    }

    /// <summary>Adds or replaces one member of the object at <paramref name="parent"/>, which is made where the pod has none.</summary>
    internal void Set(string parent, bool exists, string key, JsonNode value)
    {
        Ensure(parent, exists);
        if (made.TryGetValue(parent, out var fresh))
        {
            fresh[key] = value;
        }
        else
        {
            Add($"{parent}/{Escape(key)}", value);
        }
    }
}
