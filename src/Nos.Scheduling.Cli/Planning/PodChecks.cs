using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Checks of a pod what planning goes by, so that a slip of the pen is told and not planned with. The API server checks more.</summary>
internal static class PodChecks
{
    /// <exception cref="BadInputException">Something is missing or is not what it must be.</exception>
    internal static void Check(PodSource source)
    {
        var at = source.Path + "spec.";
        if (source.Spec["nodeName"] is not null)
        {
            throw source.Document.Wrong(at + "nodeName", "a pod with it is not scheduled, so there is nothing to plan; leave it out.");
        }

        if (source.Spec["containers"] is not JsonArray { Count: > 0 })
        {
            throw source.Document.Wrong(at + "containers", "there is none; write at least one container.");
        }

        foreach (var field in new[] { "initContainers", "containers" })
        {
            var containers = source.Spec[field] is null ? [] : source.Spec[field] as JsonArray ?? throw source.Document.Wrong(at + field, "this is no list; begin each container with a dash.");
            for (var index = 0; index < containers.Count; index++)
            {
                Check(source, containers[index] as JsonObject, $"{at}{field}[{index}]");
            }
        }

        // What remains to be told is a field of another type than the API's.
        try
        {
            _ = new JsonObject { ["metadata"] = source.Metadata.DeepClone(), ["spec"] = source.Spec.DeepClone() }.Deserialize(KubeJson.Default.PodDocument);
        }
        catch (JsonException wrong)
        {
            throw source.Document.Wrong($"{source.Path}{wrong.Path?.TrimStart('$', '.')}", "this is not what a pod has there; see kubectl explain pod.");
        }
    }

    private static void Check(PodSource source, JsonObject? container, string at)
    {
        if (container?["name"] is not JsonValue name || name.GetValueKind() != JsonValueKind.String)
        {
            throw source.Document.Wrong($"{at}.name", "it is missing or no text; give each container a name.");
        }

        foreach (var kind in new[] { "limits", "requests" })
        {
            switch ((container["resources"] as JsonObject)?[kind])
            {
                case null:
                    break;
                case JsonObject amounts:
                    foreach (var (resource, amount) in amounts)
                    {
                        Check(source, amount, $"{at}.resources.{kind}[{resource}]");
                    }

                    break;
                default:
                    throw source.Document.Wrong($"{at}.resources.{kind}", "this is no object; write resources with amounts, one a line.");
            }
        }
    }

    private static void Check(PodSource source, JsonNode? amount, string at)
    {
        var text = amount is JsonValue value && value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number
            ? (value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString())
            : null;
        if (!Quantity.TryParse(text, out var milli) || milli < 0)
        {
            throw source.Document.Wrong(at, $"{amount?.ToJsonString() ?? "nothing"} is no amount; write one like 2, 500m or 4Gi.");
        }
    }
}
