using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using static Nos.Scheduling.Cli.Crds.CustomResource;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The CustomResourceDefinitions of quotas. What is taken is what nos took; what else makes sense is said by the webhook, in words.</summary>
internal static class QuotaDefinitions
{
    /// <summary>More namespaces than anybody puts under one quota.</summary>
    internal const int MaxNamespaces = 10_000;

    /// <summary>The quota of one namespace.</summary>
    internal static JsonObject ElasticQuota() => Define(
        KubeResources.ElasticQuotas,
        "What the namespace is guaranteed (min) and may have at most (max). What others do not use of their min may be borrowed.",
        ["eq", "eqs"],
        Schema.Object("What is guaranteed, and the limit.", [], Min(), Max()),
        isSpecRequired: false,
        Status(),
        [.. Columns()]);

    /// <summary>The quota of several namespaces.</summary>
    internal static JsonObject CompositeElasticQuota() => Define(
        KubeResources.CompositeElasticQuotas,
        "One quota over several namespaces, which may be any; it replaces their ElasticQuotas.",
        ["ceq", "ceqs"],
        Schema.Object("The namespaces, what they are guaranteed together, and the limit.", ["namespaces"], ("namespaces", Namespaces()), Min(), Max()),
        isSpecRequired: true,
        Status(),
        [.. Columns(), WideColumn("Namespaces", "string", ".spec.namespaces")]);

    private static IEnumerable<JsonObject> Columns() =>
    [
        Column("Min", "string", ".spec.min"), WideColumn("Max", "string", ".spec.max"),
        Column("Used", "string", ".status.used"), WideColumn("Assigned", "string", ".status.assigned"), Column("Borrowed", "string", ".status.borrowed"),
    ];

    private static (string Name, JsonObject Schema) Min() =>
        ("min", Schema.Quantities("What is guaranteed, by resource; nos.nebuly.com/gpu-memory in GB. What is not named is not judged."));

    private static (string Name, JsonObject Schema) Max() =>
        ("max", Schema.Quantities("What may be used at most, borrowed included; at least min. What is not named has no limit."));

    // A list that one writer writes whole; one that is named twice counts once, as manifests may have it.
    private static JsonObject Namespaces()
    {
        var list = Schema.WholeList("The namespaces that share the quota; at least one.", MaxNamespaces, Schema.Name("A namespace.", 63));
        list["minItems"] = 1;
        return list;
    }

    private static JsonObject Status() => Schema.Object(
        "What the namespaces have of the resources in min or max. Written by the server.",
        [],
        ("used", Schema.Quantities("What pods ask for that run.")),
        ("assigned", Schema.Quantities("What pods ask for that have a node and have not ended: what decisions go by.")),
        ("borrowed", Schema.Quantities("What is assigned above min.")),
        ("conditions", Schema.Conditions("What is or is not so with the quota.")));
}
