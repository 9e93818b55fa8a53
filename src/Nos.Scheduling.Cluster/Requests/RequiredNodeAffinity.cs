using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Asks for nodes of one partitioning mode, on top of what the pod's author asks of nodes.</summary>
internal static class RequiredNodeAffinity
{
    private const string Path = "/spec/affinity";
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Adds the expression to every term (terms are alternatives), or a term of its own; never twice.</summary>
    /// <param name="affinity">The pod's affinity; <see langword="null"/> where it has none.</param>
    /// <param name="mode"><c>mig</c> or <c>mps</c>.</param>
    /// <param name="patch">Where the steps go.</param>
    internal static void Add(JsonObject? affinity, string mode, PodPatch patch)
    {
        if (affinity is null)
        {
            patch.Add(Path, new JsonObject { ["nodeAffinity"] = new JsonObject { [Required] = OwnTerm(mode) } });
        }
        else if (affinity["nodeAffinity"] is not JsonObject nodeAffinity)
        {
            patch.Add($"{Path}/nodeAffinity", new JsonObject { [Required] = OwnTerm(mode) });
        }
        else if (nodeAffinity[Required] is not JsonObject required)
        {
            patch.Add($"{Path}/nodeAffinity/{Required}", OwnTerm(mode));
        }
        else
        {
            AddToEach(required["nodeSelectorTerms"] as JsonArray ?? [], mode, patch);
        }
    }

    /// <summary>A term without any condition matches no node and must go on doing so: it gets none.</summary>
    private static void AddToEach(JsonArray terms, string mode, PodPatch patch)
    {
        for (var index = 0; index < terms.Count; index++)
        {
            var conditions = terms[index] as JsonObject;
            var expressions = conditions?["matchExpressions"] as JsonArray;
            var hasFields = conditions?["matchFields"] is JsonArray { Count: > 0 };
            if (expressions?.Any(known => JsonNode.DeepEquals(known, Expression(mode))) ?? false)
            {
                continue;
            }

            var term = $"{Path}/nodeAffinity/{Required}/nodeSelectorTerms/{index}/matchExpressions";
            if (expressions is { Count: > 0 })
            {
                patch.Add($"{term}/-", Expression(mode));
            }
            else if (hasFields)
            {
                patch.Add(term, new JsonArray(Expression(mode)));
            }
        }
    }

    private static JsonObject OwnTerm(string mode) => new()
    {
        ["nodeSelectorTerms"] = new JsonArray(new JsonObject { ["matchExpressions"] = new JsonArray(Expression(mode)) }),
    };

    private static JsonObject Expression(string mode) => new()
    {
        ["key"] = NosKeys.GpuPartitioning,
        ["operator"] = "In",
        ["values"] = new JsonArray(JsonValue.Create(mode)),
    };
}
