using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Tests.Choosing;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>The decision about a pod as the API server sees it: JSON in, the patched JSON out.</summary>
internal sealed record Webhook
{
    internal static readonly Webhook Default = new();

    internal const string Us = "system:serviceaccount:nos-system:nos-server";

    internal ClusterSnapshot Cluster { get; init; } = Offers.Cluster("8xNVIDIA-A100-SXM4-80GB:mig", "4xNVIDIA-A10:mps");

    internal AdmissionSettings Settings { get; init; } = new(Identity: Us);

    internal QuotaLedger? Quotas { get; init; }

    internal string Namespace { get; init; } = "team-a";

    internal ObjectMeta NamespaceMeta { get; init; } = new();

    internal string User { get; init; } = "jane";

    internal Webhook On(params string[] nodes) => this with { Cluster = Offers.Cluster(nodes) };

    internal PodVerdict Ask(PodOperation operation, JsonObject pod, JsonObject? old = null) => PodAdmission.Decide(
        new PodSubmission(operation, Namespace, User, Read(pod), old is null ? null : Read(old)),
        new NamespaceDocument { Metadata = NamespaceMeta },
        Cluster,
        Settings,
        Quotas);

    /// <summary>The pod as it is stored, and what its author is told.</summary>
    internal (JsonObject Pod, IReadOnlyList<string> Warnings) Create(JsonObject pod) => Stored(pod, Ask(PodOperation.Create, pod));

    internal (JsonObject Pod, IReadOnlyList<string> Warnings) Update(JsonObject old, JsonObject pod) => Stored(pod, Ask(PodOperation.Update, pod, old));

    internal string Denial(JsonObject pod) => Assert.IsType<PodVerdict.Denied>(Ask(PodOperation.Create, pod)).Sentence;

    private static (JsonObject Pod, IReadOnlyList<string> Warnings) Stored(JsonObject pod, PodVerdict verdict)
    {
        var admitted = Assert.IsType<PodVerdict.Admitted>(verdict);
        var patch = new JsonArray([.. admitted.Patch.Select(JsonNode (step) =>
            new JsonObject { ["op"] = step.Op, ["path"] = step.Path, ["value"] = step.Value?.DeepClone() })]);
        var stored = pod.DeepClone().AsObject();
        JsonPatch.Apply(stored, patch);
        return (stored, admitted.Warnings);
    }

    private static PodDocument Read(JsonObject pod) => pod.Deserialize(KubeJson.Default.PodDocument)!;
}
