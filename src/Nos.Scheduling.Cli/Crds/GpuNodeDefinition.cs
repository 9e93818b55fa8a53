using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using static Nos.Scheduling.Cli.Crds.CustomResource;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The CustomResourceDefinition of GpuNodes.</summary>
internal static class GpuNodeDefinition
{
    /// <summary>The definition for API servers of that version and later: structural schema always, CEL rules where they are understood.</summary>
    internal static JsonObject Create(KubernetesVersion version) => Define(
        KubeResources.GpuNodes,
        "What one node's GPUs should be cut into (spec) and what they are cut into (status). Named like the node.",
        ["gpun"],
        GpuNodeSpecSchema.Create(version),
        isSpecRequired: false,
        GpuNodeStatusSchema.Create(),
        Column("Mode", "string", ".spec.mode"),
        // A column cannot count: the agent does.
        Column("GPUs", "integer", ".status.summary.gpus"),
        Column("Slices", "integer", ".status.summary.slices"),
        Column("Used", "integer", ".status.summary.used"),
        Column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status"));
}
