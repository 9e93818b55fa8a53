using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Decides what becomes of a pod on its way into the API server. No side effects; the same again for its own result.</summary>
public static class PodAdmission
{
    /// <summary>Judges, and translates what asks for GPUs in a way that needs it.</summary>
    /// <param name="submission">The pod, and who does what to it.</param>
    /// <param name="ns">Its namespace; <see langword="null"/> where it is unknown, which counts as without labels and annotations.</param>
    /// <param name="cluster">What GPUs there are; asked only for pods that want one.</param>
    /// <param name="settings">What the operator decided.</param>
    /// <param name="quotas">The quotas; <see langword="null"/>: none is known.</param>
    public static PodVerdict Decide(PodSubmission submission, NamespaceDocument? ns, ClusterSnapshot cluster, AdmissionSettings settings, QuotaLedger? quotas = null)
    {
        if (IsExcluded(submission.Namespace, ns, settings))
        {
            return PodVerdict.Untouched;
        }

        var isOurs = settings.Identity is { Length: > 0 } identity && submission.UserName == identity;
        var verdict = submission.Operation == PodOperation.Create
            ? new PodCreation(submission, isOurs, ns, cluster, settings, quotas ?? QuotaLedger.Empty).Decide()
            : PodUpdate.Decide(submission.Old ?? new PodDocument(), submission.Pod, isOurs, settings);
        return isOurs && submission.IsDryRun && verdict is PodVerdict.Admitted admitted
            ? admitted with { Warnings = [.. admitted.Warnings, AdmissionProbe.Answer] }
            : verdict;
    }

    /// <summary>Whether the pods of a namespace are left alone: the system's, our own, and those that opted out.</summary>
    public static bool IsExcluded(string name, NamespaceDocument? ns, AdmissionSettings settings) =>
        IsSystem(name, ns, settings) || ns?.Metadata.Label(NosKeys.Admission) == "disabled";

    /// <summary>Whether it is a namespace of the system's or our own: its pods are never evicted for others either.</summary>
    public static bool IsSystem(string name, NamespaceDocument? ns, AdmissionSettings settings) =>
        name == "kube-system" || name == settings.Namespace || ns?.Metadata.Label(NosKeys.System) == "true";
}
