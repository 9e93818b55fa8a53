using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Server.Admission;

/// <summary>Answers a question about a pod.</summary>
internal static class PodReview
{
    /// <summary>The answer. Pure: a dry run is answered like any other.</summary>
    /// <param name="request">The question.</param>
    /// <param name="namespaces">Looks a namespace up; <see langword="null"/> from it: unknown, counts as without labels and annotations.</param>
    /// <param name="cluster">What GPUs there are.</param>
    /// <param name="settings">What the operator decided.</param>
    /// <param name="quotas">The quotas.</param>
    /// <remarks>
    /// A pod that cannot be read is denied, 400. The API server sends every field in the type that it has, so such a pod comes from
    /// elsewhere, and its author is helped by the sentence. Only what is used is read: a field that is new to us stops nobody.
    /// </remarks>
    internal static AdmissionResponse Answer(
        AdmissionRequest request, Func<string, NamespaceDocument?> namespaces, ClusterSnapshot cluster, AdmissionSettings settings, QuotaLedger quotas)
    {
        if (OperationOf(request) is not { } operation)
        {
            return Response(request, PodVerdict.Untouched);
        }

        if (!TryRead(request.Object, out var pod, out var complaint) || !TryRead(request.OldObject, out var old, out complaint))
        {
            return Response(request, new PodVerdict.Denied(complaint));
        }

        var ns = request.Namespace is { Length: > 0 } given ? given : pod?.Metadata.Namespace ?? "";
        var verdict = pod is null
            ? new PodVerdict.Denied("The request has no object; send the pod as it will be.")
            : PodAdmission.Decide(new PodSubmission(operation, ns, request.UserInfo?.Username ?? "", pod, old) { IsDryRun = request.DryRun == true }, namespaces(ns), cluster, settings, quotas);

        return Response(request, IsSubresource(request) && verdict is PodVerdict.Admitted ? PodVerdict.Untouched : verdict);
    }

    /// <summary>
    /// What is about to happen to a pod; <see langword="null"/> where nothing is that concerns us. A subresource that carries the whole pod
    /// (<c>status</c>, <c>resize</c>, <c>ephemeralcontainers</c>) is looked at for forgery, though it changes nothing else of ours.
    /// </summary>
    private static PodOperation? OperationOf(AdmissionRequest request) =>
        request.Resource?.Resource is not (null or "pods") || request.Kind?.Kind is not (null or "Pod") ? null : request.Operation switch
        {
            "CREATE" when !IsSubresource(request) => PodOperation.Create,
            "UPDATE" => PodOperation.Update,
            _ => null,
        };

    private static bool IsSubresource(AdmissionRequest request) => !string.IsNullOrEmpty(request.SubResource);

    private static bool TryRead(JsonElement? element, out PodDocument? pod, out string complaint)
    {
        (pod, complaint) = (null, "");
        if (element is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } there)
        {
            return true;
        }

        try
        {
            pod = there.Deserialize(KubeJson.Default.PodDocument)!;
        }
        catch (JsonException wrong)
        {
            complaint = $"The object is no pod that can be read: see {wrong.Path ?? "$"}.";
            return false;
        }

        var containers = pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []);
        if (containers.Any(container => container is null || Array.Exists(container.Env ?? [], variable => variable is null)))
        {
            complaint = "The object is no pod that can be read: a container, or a variable of one, is null.";
            return false;
        }

        return true;
    }

    private static AdmissionResponse Response(AdmissionRequest request, PodVerdict verdict) => verdict switch
    {
        PodVerdict.Denied denied => AdmissionResponse.Deny(request, denied.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest, denied.Sentence),
        PodVerdict.Admitted { Patch: { Count: > 0 } patch } admitted => AdmissionResponse.Let(request, admitted.Warnings) with
        {
            PatchType = "JSONPatch",
            Patch = JsonSerializer.SerializeToUtf8Bytes(patch, AdmissionJson.Default.IReadOnlyListPatchOperation),
        },
        PodVerdict.Admitted admitted => AdmissionResponse.Let(request, admitted.Warnings),
        _ => throw new InvalidOperationException($"No answer is known for {verdict.GetType()}."),
    };
}
