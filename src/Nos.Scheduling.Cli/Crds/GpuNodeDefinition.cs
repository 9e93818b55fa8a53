using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The CustomResourceDefinition of GpuNodes.</summary>
internal static class GpuNodeDefinition
{
    /// <summary>The definition for API servers of that version and later: structural schema always, CEL rules where they are understood.</summary>
    internal static JsonObject Create(KubernetesVersion version)
    {
        var resource = KubeResources.GpuNodes;
        return new JsonObject
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
                    ["singular"] = "gpunode",
                    ["shortNames"] = new JsonArray("gpun"),
                },
                ["scope"] = "Cluster",
                ["versions"] = new JsonArray(Version(version)),
            },
        };
    }

    private static JsonObject Version(KubernetesVersion version) => new()
    {
        ["name"] = KubeResources.GpuNodes.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["additionalPrinterColumns"] = new JsonArray(
            Column("Mode", "string", ".spec.mode"),
            // A column cannot count: the agent does.
            Column("GPUs", "integer", ".status.summary.gpus"),
            Column("Slices", "integer", ".status.summary.slices"),
            Column("Used", "integer", ".status.summary.used"),
            Column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"),
            Column("Age", "date", ".metadata.creationTimestamp")),
        ["schema"] = new JsonObject
        {
            ["openAPIV3Schema"] = Schema.Object(
                "What one node's GPUs should be cut into (spec) and what they are cut into (status). Named like the node.",
                [],
                ("apiVersion", new JsonObject { ["type"] = "string" }),
                ("kind", new JsonObject { ["type"] = "string" }),
                ("metadata", new JsonObject { ["type"] = "object" }),
                ("spec", GpuNodeSpecSchema.Create(version)),
                ("status", GpuNodeStatusSchema.Create())),
        },
    };

    private static JsonObject Column(string name, string type, string path) => new() { ["name"] = name, ["type"] = type, ["jsonPath"] = path };
}
