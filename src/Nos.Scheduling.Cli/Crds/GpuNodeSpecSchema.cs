using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The schema of a GpuNode's <c>spec</c>: what the node's GPUs should be cut into.</summary>
internal static class GpuNodeSpecSchema
{
    internal static JsonObject Create(KubernetesVersion version) => Schema.Object(
        "What the node's GPUs should be cut into. Written by the server.",
        [],
        ("mode", Schema.Choice("How the GPUs are shared, from the node's label nos.nebuly.com/gpu-partitioning.", "MIG", "MPS")),
        ("gpus", Schema.MapList("The GPUs to cut. Absent: touch nothing. A GPU that is not listed is left alone.", "index", GpuNodeSlices.MaxGpus, Gpu(version))));

    private static JsonObject Gpu(KubernetesVersion version) => Schema.Object(
        "One GPU and the slices it should have.",
        ["index", "slices"],
        ("index", GpuNodeSlices.Index()),
        ("slices", Schema.MapList("The slices. Empty: none.", "id", GpuNodeSlices.MaxSlices, Slice(version)))).WithRule(
            version,
            "self.slices.all(one, !has(one.start) || self.slices.exists_one(other, has(other.start) && other.start == one.start))",
            "no two MIG slices of a GPU begin at the same memory slice");

    private static JsonObject Slice(KubernetesVersion version)
    {
        var slice = Schema.Object(
            "A slice that should exist: a MIG instance (profile, start) or an MPS share (memoryGB).",
            ["id", "resource"],
            ("id", GpuNodeSlices.Id()),
            ("profile", GpuNodeSlices.Profile()),
            ("start", GpuNodeSlices.Start()),
            ("memoryGB", GpuNodeSlices.MemoryGB()),
            ("resource", Schema.Name(
                "The one resource name it is advertised to kubelet under.", 80, "^nvidia\\.com/(mig-[0-9]+g\\.[0-9]+gb[.a-z-]*|gpu-[1-9][0-9]*gb)$")),
            ("for", Schema.Object(
                "The pod that the slice was cut for; absent for nobody in particular.",
                ["uid", "until"],
                ("uid", Schema.Name("The pod's uid.", 64)),
                ("until", Schema.Instant("When the reservation ends unless the pod has been bound.")))));
        slice["oneOf"] = new JsonArray(
            new JsonObject { ["required"] = new JsonArray("profile", "start") },
            new JsonObject { ["required"] = new JsonArray("memoryGB") });
        return slice.WithRule(
            version,
            "has(self.profile) ? self.resource.startsWith('nvidia.com/mig-') : self.resource.startsWith('nvidia.com/gpu-')",
            "a MIG instance is advertised under a MIG name, a share under a share's");
    }
}
