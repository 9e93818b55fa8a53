using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Finds in documents what becomes pods: pods, and the templates of what makes a known number of them.</summary>
internal static class PodSources
{
    /// <summary>The pods' sources, in order, and what was left out because it makes none or nobody knows how many.</summary>
    /// <exception cref="BadInputException">A document is no object of Kubernetes, or its pod lacks what every pod has.</exception>
    internal static (IReadOnlyList<PodSource> Sources, IReadOnlyList<string> Skipped) Of(IEnumerable<InputDocument> documents)
    {
        var (sources, skipped) = (new List<PodSource>(), new List<string>());
        foreach (var document in documents)
        {
            Read(document, document.Root, "", sources, skipped);
        }

        return (sources, skipped);
    }

    private static void Read(InputDocument document, JsonNode? node, string at, List<PodSource> sources, List<string> skipped)
    {
        var thing = node as JsonObject ?? throw document.Wrong(at.TrimEnd('.'), "this is no object; write apiVersion, kind, metadata and spec.");
        var kind = Text(document, thing, at, "kind") ?? throw document.Wrong(at + "kind", "it is missing; write one like Pod or Deployment.");
        if (Text(document, thing, at, "apiVersion") is null)
        {
            throw document.Wrong(at + "apiVersion", $"it is missing; write {(kind == "Pod" ? "v1" : "one like apps/v1")}.");
        }

        if (kind is "List" or "PodList")
        {
            var items = thing["items"] as JsonArray ?? throw document.Wrong(at + "items", "it is missing or no list; write the objects there.");
            for (var index = 0; index < items.Count; index++)
            {
                Read(document, items[index], $"{at}items[{index}].", sources, skipped);
            }

            return;
        }

        var metadata = Object(document, thing, at, "metadata");
        var name = Text(document, metadata, at + "metadata.", "name") ?? Text(document, metadata, at + "metadata.", "generateName")?.TrimEnd('-');
        var pods = Pods(document, thing, kind, at);
        if (pods is not { } known)
        {
            skipped.Add($"{kind} {name ?? "without a name"}");
            return;
        }

        var source = new PodSource(
            document,
            known.Path,
            kind,
            string.IsNullOrEmpty(name) ? throw document.Wrong(at + "metadata.name", "it is missing; write a name.") : name,
            Text(document, metadata, at + "metadata.", "namespace"),
            known.Replicas,
            Object(document, known.Pod, known.Path, "metadata"),
            known.Pod["spec"] as JsonObject ?? throw document.Wrong(known.Path + "spec", "it is missing; write the containers there."));
        PodChecks.Check(source);
        sources.Add(source);
    }

    /// <summary>The pod or its template, where that is, and how many it becomes; <see langword="null"/> for kinds that make no pods, or a number that depends on nodes or time.</summary>
    private static (JsonObject Pod, string Path, int Replicas)? Pods(InputDocument document, JsonObject thing, string kind, string at)
    {
        if (kind == "Pod")
        {
            return (thing, at, 1);
        }

        if (kind is not ("Deployment" or "ReplicaSet" or "StatefulSet" or "ReplicationController" or "Job"))
        {
            return null;
        }

        var spec = thing["spec"] as JsonObject ?? throw document.Wrong(at + "spec", "it is missing; write the pod's template there.");
        var template = spec["template"] as JsonObject ?? throw document.Wrong(at + "spec.template", "it is missing; write the pod's metadata and spec there.");
        var replicas = kind == "Job" ? JobPods(document, spec, at) : Count(document, spec, at, "replicas") ?? 1;
        return (template, at + "spec.template.", replicas);
    }

    /// <summary>A job's pods that run side by side; one that is suspended has none.</summary>
    private static int JobPods(InputDocument document, JsonObject spec, string at)
    {
        var (parallelism, completions) = (Count(document, spec, at, "parallelism") ?? 1, Count(document, spec, at, "completions"));
        return spec["suspend"] is JsonValue value && value.GetValueKind() == JsonValueKind.True ? 0 : Math.Min(parallelism, completions ?? parallelism);
    }

    private static int? Count(InputDocument document, JsonObject spec, string at, string field)
    {
        const int most = 100_000;
        return spec[field] switch
        {
            null => null,
            JsonValue value when value.GetValueKind() == JsonValueKind.Number && int.TryParse(value.ToJsonString(), out var count) && count is >= 0 and <= most => count,
            var wrong => throw document.Wrong($"{at}spec.{field}", $"{wrong.ToJsonString()} is no number of pods; write one from 0 to {most}."),
        };
    }

    private static JsonObject Object(InputDocument document, JsonObject owner, string at, string field) => owner[field] switch
    {
        null => [],
        JsonObject json => json,
        _ => throw document.Wrong(at + field, "this is no object; write fields, one a line."),
    };

    private static string? Text(InputDocument document, JsonObject owner, string at, string field) => owner[field] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        var wrong => throw document.Wrong(at + field, $"{wrong.ToJsonString()} is no text; put it in quotes if it is meant to be."),
    };
}
