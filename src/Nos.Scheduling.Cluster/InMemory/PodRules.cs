using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What an API server does with pods and with nothing else.</summary>
internal static class PodRules
{
    private const long DefaultGraceSeconds = 30;

    /// <summary>What the user left open.</summary>
    public static void Default(InMemoryKind kind, JsonObject pod)
    {
        if (pod["spec"] is not JsonObject spec || spec["containers"] is not JsonArray { Count: > 0 })
        {
            throw ApiRefusal.Invalid(kind, (string?)pod["metadata"]?["name"] ?? "", "spec.containers: Required value");
        }

        spec["schedulerName"] ??= "default-scheduler";
        spec["restartPolicy"] ??= "Always";
        spec["terminationGracePeriodSeconds"] ??= DefaultGraceSeconds;
        spec["priority"] ??= 0;
    }

    /// <summary>The status that every pod begins with.</summary>
    public static void Begin(JsonObject pod) => pod["status"] = new JsonObject { ["phase"] = "Pending" };

    /// <summary>A pod's spec is fixed but for images, the deadline and additional tolerations.</summary>
    public static void CheckUpdate(InMemoryKind kind, JsonObject current, JsonObject next)
    {
        if (!JsonNode.DeepEquals(Fixed(current), Fixed(next)))
        {
            throw ApiRefusal.Invalid(
                kind,
                (string)current["metadata"]!["name"]!,
                "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, "
                + "`spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)");
        }

        static JsonNode? Fixed(JsonObject pod)
        {
            var spec = pod["spec"]?.DeepClone();
            foreach (var container in Containers(spec, "containers").Concat(Containers(spec, "initContainers")))
            {
                container.Remove("image");
            }

            (spec as JsonObject)?.Remove("activeDeadlineSeconds");
            (spec as JsonObject)?.Remove("tolerations");
            return spec;
        }

        static IEnumerable<JsonObject> Containers(JsonNode? spec, string which) => (spec?[which] as JsonArray ?? []).OfType<JsonObject>();
    }

    /// <summary>Puts the pod onto the node of the Binding.</summary>
    public static void Bind(InMemoryKind kind, JsonObject pod, JsonObject binding, DateTimeOffset now)
    {
        var metadata = ObjectRules.Metadata(pod);
        var name = (string)metadata["name"]!;
        var asked = (string?)binding["metadata"]?["uid"];
        if (asked is { Length: > 0 } && asked != (string?)metadata["uid"])
        {
            throw ApiRefusal.OtherUid(kind, name, asked, (string?)metadata["uid"]);
        }

        if (metadata["deletionTimestamp"] is not null)
        {
            throw ApiRefusal.Conflict(kind, name, $"pod {name} is being deleted, cannot be assigned to a host");
        }

        if (NodeOf(pod) is { Length: > 0 } node)
        {
            throw ApiRefusal.Conflict(kind, name, $"pod {name} is already assigned to node \"{node}\"");
        }

        pod["spec"]!["nodeName"] = (string?)binding["target"]?["name"] is { Length: > 0 } target
            ? target
            : throw ApiRefusal.Invalid(kind, name, "target.name: Required value");
        if (binding["metadata"]?["annotations"] is JsonObject annotations)
        {
            MergePatch.Apply(metadata, new JsonObject { ["annotations"] = annotations.DeepClone() });
        }

        SetScheduled(pod, now);
    }

    /// <summary>How long a pod has until it is removed; unit: seconds. 0 where nothing runs that would have to end.</summary>
    public static long Grace(JsonObject pod, long? asked) =>
        NodeOf(pod) is not { Length: > 0 } || (string?)pod["status"]?["phase"] is "Succeeded" or "Failed"
            ? 0
            : Math.Max(0, asked ?? (long?)pod["spec"]?["terminationGracePeriodSeconds"] ?? DefaultGraceSeconds);

    /// <summary>The next step of a pod's deletion.</summary>
    /// <param name="pod">The pod; changed.</param>
    /// <param name="asked">Unit: seconds that the deleter gives it; <see langword="null"/> for its own.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// The pod with its end written into it (<see langword="null"/> where that is written already) and whether nothing is to be waited for after
    /// that;
    /// <see langword="null"/> where the pod is to be removed now.
    /// </returns>
    public static (JsonObject? Next, bool IsLast)? Terminate(JsonObject pod, long? asked, DateTimeOffset now)
    {
        var metadata = ObjectRules.Metadata(pod);
        var grace = Grace(pod, asked);
        if (metadata["deletionTimestamp"] is not null)
        {
            var before = (long?)metadata["deletionGracePeriodSeconds"] ?? 0;
            if (before == 0)
            {
                return null;
            }

            if (grace > 0 && (asked is null || grace >= before))
            {
                return (null, false);
            }
        }

        metadata["deletionTimestamp"] = ObjectRules.Time(now.AddSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        return (pod, grace == 0);
    }

    private static string? NodeOf(JsonObject pod) => (string?)pod["spec"]?["nodeName"];

    private static void SetScheduled(JsonObject pod, DateTimeOffset now)
    {
        if (pod["status"] is not JsonObject status)
        {
            pod["status"] = status = [];
        }

        var others = (status["conditions"] as JsonArray ?? []).Where(condition => (string?)condition?["type"] != "PodScheduled").Select(condition => condition?.DeepClone());
        status["conditions"] = new JsonArray(
        [
            .. others,
            new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = ObjectRules.Time(now) },
        ]);
    }
}
