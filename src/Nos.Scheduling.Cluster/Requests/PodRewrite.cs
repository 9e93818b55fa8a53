using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Writes a pod's slices into it.</summary>
internal sealed class PodRewrite(PodDocument pod, PartitioningMode mode, AdmissionSettings settings, PodPatch patch, List<string> warnings)
{
    /// <summary>Puts the chosen slice in the place of each wish; wishes that were granted before stay as they are.</summary>
    internal void Resources(IReadOnlyList<AskingContainer> asks, Translation translation)
    {
        var wishing = asks.Where(container => container.Ask is ContainerAsk.Wish).Select(container => container.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var (container, ask, slice) in translation.Slices().Where(granted => wishing.Contains(granted.Container.Path)))
        {
            var path = $"{container.Path}/resources";
            var resources = container.Container.Resources;
            patch.Ensure(path, resources is not null);
            Replace($"{path}/limits", resources?.Limits, ask, slice);
            Replace($"{path}/requests", resources?.Requests, ask, slice);
            foreach (var annotation in RequestedRecord.Annotations(ask.Originals).Keys)
            {
                patch.Remove("/metadata/annotations", annotation);
            }

            if (ThreadPercentage.Of(ask, slice) is { } percent && !ThreadPercentage.IsSet(container))
            {
                var variable = new JsonObject { ["name"] = ContainerVariables.MpsThreadPercentage, ["value"] = percent };
                var hasOthers = container.Container.Env is not null;
                patch.Add($"{container.Path}/env{(hasOthers ? "/-" : "")}", hasOthers ? variable : new JsonArray(variable));
            }
        }
    }

    /// <summary>Sends the pod to nodes of its mode, and to our scheduler where that is configured and the author chose none.</summary>
    internal void Placement()
    {
        RequiredNodeAffinity.Add(pod.Spec.Affinity is { } affinity ? JsonNode.Parse(affinity.GetRawText()) as JsonObject : null, ModeWish.Written(mode), patch);

        var name = pod.Spec.SchedulerName;
        if (settings.SchedulerName.Length == 0 || name == settings.SchedulerName)
        {
            return;
        }

        if (name is null or "" or "default-scheduler")
        {
            patch.Add("/spec/schedulerName", settings.SchedulerName);
        }
        else
        {
            warnings.Add($"Scheduler {name} may not know GPU slices; leave schedulerName out to get {settings.SchedulerName}.");
        }
    }

    /// <summary>The MPS daemon serves one uid at a time: a container that names none gets the common one, lest its image decide.</summary>
    internal void Users(IReadOnlyList<AskingContainer> asks)
    {
        if (mode != PartitioningMode.Mps || pod.Spec.SecurityContext?.RunAsUser is not null)
        {
            return;
        }

        foreach (var asking in asks.Where(asking => asking.Ask is not ContainerAsk.Nothing && asking.Container.SecurityContext?.RunAsUser is null))
        {
            patch.Set($"{asking.Path}/securityContext", asking.Container.SecurityContext is not null, "runAsUser", settings.MpsUid);
            warnings.Add($"Container {asking.Container.Name} will run as user {settings.MpsUid}, as MPS needs one user a GPU; set runAsUser to choose.");
        }
    }

    private void Replace(string path, Dictionary<string, Quantity>? amounts, ContainerAsk.Wish ask, SliceResource slice)
    {
        foreach (var key in (amounts ?? []).Keys.Where(ask.Originals.ContainsKey).Order(StringComparer.Ordinal))
        {
            patch.Remove(path, key);
        }

        patch.Set(path, amounts is not null, slice.Name, "1");
    }
}
