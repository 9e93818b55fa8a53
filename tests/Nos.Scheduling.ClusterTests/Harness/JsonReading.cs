using System.Globalization;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Reading deep into an object without a null check a step.</summary>
public static class JsonReading
{
    /// <summary>What lies at the path; a step into an array is its index. Null where any step is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params string[] path)
    {
        foreach (var step in path)
        {
            node = node switch
            {
                JsonObject parent => parent[step],
                JsonArray items when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count =>
                    items[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The text (or number, or truth value, as text) at the path; null where there is none.</summary>
    public static string? Text(this JsonNode? node, params string[] path) => node.At(path)?.ToString();

    public static string Name(this JsonObject item) => item.Text("metadata", "name")!;

    public static string? Namespace(this JsonObject item) => item.Text("metadata", "namespace");

    public static string? Annotation(this JsonObject item, string key) => item.Text("metadata", "annotations", key);

    public static string? Label(this JsonObject item, string key) => item.Text("metadata", "labels", key);
}
