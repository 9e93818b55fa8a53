using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Makes records of pods.</summary>
public static class PodRecords
{
    /// <summary>Resources that only the webhook translates; a pod that still names one was not admitted by it.</summary>
    private static readonly string[] Untranslated =
    [
        NosKeys.GpuMemory, NosKeys.GpuCompute,
        "nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores",
        "aliyun.com/gpu-mem",
    ];

    /// <summary>Annotations (KAI-Scheduler's) that only the webhook translates, and takes off; on a pod with a record of it they say nothing.</summary>
    private static readonly string[] UntranslatedAnnotations = ["gpu-fraction", "gpu-memory"];

    /// <summary>The record of a pod; <see langword="null"/> where it has no uid, which no pod of an API server lacks.</summary>
    public static PodRecord? Of(PodDocument pod) => pod.Metadata.Uid is { Length: > 0 } uid
        ? Of(pod, uid, PromisedSlice.ReadAll(pod.Metadata.Annotation(NosKeys.Slices)), IsNotAdmitted(pod))
        : null;

    /// <summary>Whether the pod asks for what only the webhook translates and was not translated (<see cref="Misfit.NotAdmitted"/>).</summary>
    public static bool IsNotAdmitted(PodDocument pod) =>
        pod.Spec.Containers.Any(AsksUntranslated)
        || (pod.Spec.InitContainers?.Any(AsksUntranslated) ?? false)
        || (pod.Metadata.Annotation(NosKeys.Requested) is null && Array.Exists(UntranslatedAnnotations, key => pod.Metadata.Annotation(key) is not null));

    private static PodRecord Of(PodDocument pod, string uid, IReadOnlyList<PromisedSlice> promise, bool isNotAdmitted) => new()
    {
        Uid = uid,
        Namespace = string.Intern(pod.Metadata.Namespace ?? "default"),
        Name = pod.Metadata.Name,
        NodeName = string.IsNullOrEmpty(pod.Spec.NodeName) ? null : string.Intern(pod.Spec.NodeName),
        SchedulerName = string.Intern(pod.Spec.SchedulerName ?? "default-scheduler"),
        Demand = PodDemands.Of(pod),
        Promise = promise,
        IsPromiseUnreadable = promise.Count == 0 && pod.Metadata.Annotation(NosKeys.Slices) is not null,
        IsNotAdmitted = isNotAdmitted,
        Controller = isNotAdmitted ? ControllerOf(pod) : null,
        HasEnded = pod.Status.Phase is "Succeeded" or "Failed",
        IsTerminating = pod.Metadata.DeletionTimestamp is not null,
        Phase = pod.Status.Phase,
        Priority = pod.Spec.Priority ?? 0,
        Created = pod.Metadata.CreationTimestamp,
        Requirements = string.IsNullOrEmpty(pod.Spec.NodeName) ? PodRequirements.Of(pod.Spec) : NodeRequirements.None,
        Unschedulable = Array.Find(pod.Status.Conditions ?? [], IsUnschedulable)?.Message,
        Claim = string.IsNullOrEmpty(pod.Spec.NodeName) ? ReclaimClaim.TryRead(pod.Metadata.Annotation(NosKeys.Claim)) : null,
        Capacity = pod.Metadata.Label(NosKeys.Capacity),
        Started = pod.Status.StartTime,
        Labels = string.IsNullOrEmpty(pod.Spec.NodeName) || pod.Status.Phase is "Succeeded" or "Failed" ? [] : LabelsOf(pod),
        IsTiedToNode = pod.Metadata.Annotation(NosKeys.MirrorPod) is not null
            || Array.Exists(pod.Metadata.OwnerReferences ?? [], owner => owner.Controller == true && owner.Kind == "DaemonSet"),
        MayPreempt = pod.Spec.PreemptionPolicy != "Never",
        IsNominated = !string.IsNullOrEmpty(pod.Status.NominatedNodeName),
        IsMarked = pod.Spec.Containers.Any(container => Asks(container, NosKeys.QuotaMarker)) || (pod.Spec.InitContainers?.Any(container => Asks(container, NosKeys.QuotaMarker)) ?? false),
    };

    /// <summary>Keys are few over a cluster, values are not.</summary>
    private static KeyValuePair<string, string>[] LabelsOf(PodDocument pod) =>
        [.. (pod.Metadata.Labels ?? []).Where(label => label.Key != NosKeys.Capacity).Select(label => KeyValuePair.Create(string.Intern(label.Key), label.Value))];

    private static PodController? ControllerOf(PodDocument pod) => Array.Find(pod.Metadata.OwnerReferences ?? [], owner => owner.Controller == true) is { } controller
        ? new PodController(controller.Uid, $"{controller.Kind} {controller.Name}")
        : null;

    private static bool IsUnschedulable(Condition condition) => condition is { Type: "PodScheduled", Status: "False", Reason: "Unschedulable" };

    private static bool AsksUntranslated(Container container) => Array.Exists(Untranslated, name => Asks(container, name));

    private static bool Asks(Container container, string name) =>
        (container.Resources?.Limits?.ContainsKey(name) ?? false) || (container.Resources?.Requests?.ContainsKey(name) ?? false);
}
