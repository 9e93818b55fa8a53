using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What a webhook is asked: one object that somebody wants to write.</summary>
/// <param name="Kind">The object's kind.</param>
/// <param name="Operation"><c>CREATE</c> or <c>UPDATE</c>.</param>
/// <param name="Namespace">The namespace; <see langword="null"/> for cluster-scoped kinds.</param>
/// <param name="Name">The name; empty while the server has yet to make it from generateName.</param>
/// <param name="UserName">Who asks.</param>
/// <param name="Object">The object as it would be stored. Not to be changed.</param>
/// <param name="OldObject">The object as it is; <see langword="null"/> on create. Not to be changed.</param>
public sealed record AdmissionCall(
    InMemoryKind Kind, string Operation, string? Namespace, string Name, string UserName, JsonObject Object, JsonObject? OldObject)
{
    /// <summary>Whether nothing will be stored whatever is answered.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>The call as an <c>admission.k8s.io/v1</c> AdmissionReview, as an API server posts it.</summary>
    public JsonObject ToReview()
    {
        var request = new JsonObject
        {
            ["uid"] = Guid.NewGuid().ToString(),
            ["kind"] = Reference("kind", Kind.Kind),
            ["resource"] = Reference("resource", Kind.Plural),
            ["requestKind"] = Reference("kind", Kind.Kind),
            ["requestResource"] = Reference("resource", Kind.Plural),
            ["operation"] = Operation,
            ["userInfo"] = new JsonObject { ["username"] = UserName, ["groups"] = new JsonArray("system:authenticated") },
            ["object"] = Object.DeepClone(),
            ["oldObject"] = OldObject?.DeepClone(),
            ["dryRun"] = IsDryRun,
            ["options"] = new JsonObject { ["kind"] = Operation == "CREATE" ? "CreateOptions" : "UpdateOptions", ["apiVersion"] = "meta.k8s.io/v1" },
        };
        if (Name.Length > 0)
        {
            request["name"] = Name;
        }

        if (Namespace is not null)
        {
            request["namespace"] = Namespace;
        }

        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    private JsonObject Reference(string what, string name) => new() { ["group"] = Kind.Group, ["version"] = Kind.Version, [what] = name };
}
