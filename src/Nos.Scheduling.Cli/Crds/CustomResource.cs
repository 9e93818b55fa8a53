using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>What every CustomResourceDefinition of ours has: one version, a status of its own, columns.</summary>
internal static class CustomResource
{
    /// <param name="resource">The kind.</param>
    /// <param name="description">What an object of it is.</param>
    /// <param name="shortNames">How kubectl may call it, too.</param>
    /// <param name="spec">The schema of <c>spec</c>.</param>
    /// <param name="isSpecRequired">Whether an object without <c>spec</c> is refused.</param>
    /// <param name="status">The schema of <c>status</c>.</param>
    /// <param name="columns">What <c>kubectl get</c> shows beside the name, but for the age.</param>
    internal static JsonObject Define<T>(
        KubeResource<T> resource, string description, string[] shortNames, JsonObject spec, bool isSpecRequired, JsonObject status, params JsonObject[] columns)
        where T : class, IKubeDocument => new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{resource.Plural}.{resource.Group}",
                ["labels"] = new JsonObject { ["app.kubernetes.io/part-of"] = "nos-scheduling" },
            },
            ["spec"] = new JsonObject
            {
                ["group"] = resource.Group,
                ["names"] = new JsonObject
                {
                    ["kind"] = resource.Kind,
                    ["listKind"] = $"{resource.Kind}List",
                    ["plural"] = resource.Plural,
                    ["singular"] = resource.Kind.ToLowerInvariant(),
                    ["shortNames"] = new JsonArray([.. shortNames.Select(name => JsonValue.Create(name))]),
                },
                ["scope"] = resource.IsNamespaced ? "Namespaced" : "Cluster",
                ["versions"] = new JsonArray(new JsonObject
                {
                    ["name"] = resource.Version,
                    ["served"] = true,
                    ["storage"] = true,
                    ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
                    ["additionalPrinterColumns"] = new JsonArray([.. columns, Column("Age", "date", ".metadata.creationTimestamp")]),
                    ["schema"] = new JsonObject
                    {
                        ["openAPIV3Schema"] = Schema.Object(
                            description,
                            isSpecRequired ? ["spec"] : [],
                            ("apiVersion", new JsonObject { ["type"] = "string" }),
                            ("kind", new JsonObject { ["type"] = "string" }),
                            ("metadata", new JsonObject { ["type"] = "object" }),
                            ("spec", spec),
                            ("status", status)),
                    },
                }),
            },
        };

    internal static JsonObject Column(string name, string type, string path) => new() { ["name"] = name, ["type"] = type, ["jsonPath"] = path };

    /// <summary>A column that only <c>kubectl get -o wide</c> shows.</summary>
    internal static JsonObject WideColumn(string name, string type, string path) =>
        new() { ["name"] = name, ["type"] = type, ["priority"] = 1, ["jsonPath"] = path };
}
