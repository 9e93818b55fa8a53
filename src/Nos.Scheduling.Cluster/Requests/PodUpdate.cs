using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>
/// Decides about a change of a pod. Nothing is translated any more: resources of a living pod cannot change. A manifest that is
/// applied again brings back what was translated; that is undone here, so that the pod stays as it is.
/// </summary>
internal static class PodUpdate
{
    /// <summary>Judges the change from <paramref name="old"/> to <paramref name="pod"/>.</summary>
    internal static PodVerdict Decide(PodDocument old, PodDocument pod, bool isOurs, AdmissionSettings settings)
    {
        if (!isOurs && GuardedKeys.Tampered(old, pod) is { } tampered)
        {
            return new PodVerdict.Denied(tampered, IsForbidden: true);
        }

        var patch = new PodPatch();
        if (RequestedRecord.Parse(old.Metadata.Annotation(NosKeys.Requested)) is { } recorded && Undo(old, pod, recorded, patch) is { } changed)
        {
            return new PodVerdict.Denied(changed);
        }

        if (Translation.ModesOf(PodAsks.Read(old)) is [{ } mode])
        {
            KeepPlacement(old.Spec, pod.Spec, ModeWish.Written(mode), settings, patch);
        }

        return new PodVerdict.Admitted(patch.Operations, []);
    }

    /// <summary>Takes off again what was translated. An amount that differs from then is no repetition: a sentence.</summary>
    private static string? Undo(PodDocument old, PodDocument pod, RequestedRecord recorded, PodPatch patch)
    {
        var before = PodAsks.Read(old).ToDictionary(container => container.Path, StringComparer.Ordinal);
        foreach (var after in PodAsks.Read(pod))
        {
            if (recorded.Of(after.Container.Name) is not { } originals
                || !before.TryGetValue(after.Path, out var container)
                || container.Container.Name != after.Container.Name)
            {
                continue;
            }

            var wrong = Undo($"{after.Path}/resources/limits", container.Container.Resources?.Limits, after.Container.Resources?.Limits, after, originals, patch)
                ?? Undo($"{after.Path}/resources/requests", container.Container.Resources?.Requests, after.Container.Resources?.Requests, after, originals, patch)
                ?? UndoAnnotations(old, pod, RequestedRecord.Annotations(originals), patch);
            if (wrong is not null)
            {
                return wrong;
            }
        }

        return null;
    }

    private static string? Undo(
        string path,
        Dictionary<string, Quantity>? before,
        Dictionary<string, Quantity>? after,
        AskingContainer container,
        IReadOnlyDictionary<string, string> originals,
        PodPatch patch)
    {
        foreach (var (key, amount) in (after ?? []).OrderBy(amount => amount.Key, StringComparer.Ordinal))
        {
            if (!originals.TryGetValue(key, out var original) || (before?.ContainsKey(key) ?? false))
            {
                continue;
            }

            if (amount.Milli != new Quantity(original).Milli)
            {
                return $"Container {container.Container.Name}: {key} was {original} when the pod was created and cannot become {amount}; delete the pod and create it anew.";
            }

            patch.Remove(path, key);
        }

        return null;
    }

    private static string? UndoAnnotations(PodDocument old, PodDocument pod, Dictionary<string, string> originals, PodPatch patch)
    {
        foreach (var (key, original) in originals)
        {
            if (pod.Metadata.Annotation(key) is not { } value || old.Metadata.Annotation(key) is not null)
            {
                continue;
            }

            if (value != original)
            {
                return $"Annotation {key} was {original} when the pod was created and cannot become {value}; delete the pod and create it anew.";
            }

            patch.Remove("/metadata/annotations", key);
        }

        return null;
    }

    private static void KeepPlacement(PodSpec old, PodSpec spec, string mode, AdmissionSettings settings, PodPatch patch)
    {
        var (before, after) = (Node(old.Affinity), Node(spec.Affinity));
        if (!JsonNode.DeepEquals(before, after))
        {
            RequiredNodeAffinity.Add(after as JsonObject, mode, patch);
        }

        if (settings.SchedulerName.Length > 0 && old.SchedulerName == settings.SchedulerName && spec.SchedulerName is null or "" or "default-scheduler")
        {
            patch.Add("/spec/schedulerName", settings.SchedulerName);
        }
    }

    private static JsonNode? Node(JsonElement? element) => element is { } there ? JsonNode.Parse(there.GetRawText()) : null;
}
