using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cli.Crds;

/// <summary>The schema of a GpuNode's <c>status</c>: what the node's GPUs are cut into.</summary>
internal static class GpuNodeStatusSchema
{
    private const string ProductLabel = "The product as in the label nvidia.com/gpu.product.";

    internal static JsonObject Create() => Schema.Object(
        "What the node's GPUs are and what they are cut into. Written by the node's agent.",
        [],
        ("observedGeneration", Schema.Generation("The newest generation of the spec that the agent has acted on.")),
        ("driver", Schema.Text("The driver's version.", 64)),
        ("summary", Summary()),
        ("products", Schema.WholeList("What NVML says of the products on the node, once each.", GpuNodeSlices.MaxGpus, Product())),
        ("gpus", Schema.WholeList("The GPUs.", GpuNodeSlices.MaxGpus, Gpu())),
        ("conditions", Schema.Conditions("Ready: the node's slices can be used. Partitioned: the spec has been carried out.")));

    private static JsonObject Summary() => Schema.Object(
        "How many there are, for the columns of kubectl get.",
        [],
        ("gpus", Schema.Number("GPUs.", 0)),
        ("slices", Schema.Number("Slices that exist: Free, Used or Deleting.", 0)),
        ("used", Schema.Number("Slices that are Used.", 0)));

    private static JsonObject Product() => Schema.Object(
        "One product.",
        ["product"],
        ("product", Schema.Name(ProductLabel, 128)),
        ("memoryMiB", Schema.Number("All of the GPU's memory, in MiB.", 0)),
        ("usableGB", Schema.Number("What MPS shares may add up to, in GB (GiB).", 0)),
        ("profiles", Schema.MapList("The MIG profiles; empty where the product knows none.", "name", 64, Profile())));

    private static JsonObject Profile() => Schema.Object(
        "One MIG profile.",
        ["name"],
        ("name", Schema.Name("NVIDIA's name, such as 1g.10gb+me.", 32)),
        ("computeSlices", Schema.Number("Compute slices.", 0, 64)),
        ("memorySlices", Schema.Number("Memory slices.", 1, 16)),
        ("memoryMiB", Schema.Number("Memory, in MiB.", 0)),
        ("starts", Schema.NumberSet("The memory slices that an instance may begin at.", 16, Schema.Number("A memory slice.", 0, 15))),
        ("maxInstances", Schema.Number("The most instances on one GPU.", 0, 64)));

    private static JsonObject Gpu() => Schema.Object(
        "One GPU and its slices.",
        ["index"],
        ("index", GpuNodeSlices.Index()),
        ("uuid", Schema.Text("The GPU's UUID.", 96)),
        ("product", Schema.Text(ProductLabel, 128)),
        ("slices", Schema.MapList("The slices.", "id", GpuNodeSlices.MaxSlices, Slice())));

    private static JsonObject Slice() => Schema.Object(
        "One slice.",
        ["id", "state"],
        ("id", GpuNodeSlices.Id()),
        ("profile", GpuNodeSlices.Profile()),
        ("start", GpuNodeSlices.Start()),
        ("memoryGB", GpuNodeSlices.MemoryGB()),
        ("uuid", Schema.Text("MIG: the instance's UUID; another one each time it is made.", 96)),
        ("state", Schema.Choice(
            "Where it is in its life.", SliceStates.Creating, SliceStates.Free, SliceStates.Used, SliceStates.Deleting, SliceStates.Failed)),
        ("advertised", Schema.Flag("Whether kubelet has been told of it.")),
        ("pod", Schema.Text("Who uses it: namespace/pod/container.", 512)),
        ("podUid", Schema.Text("The uid of that pod, where the agent knows it.", 64)),
        ("lostUuid", Schema.Text("The UUID of the instance that the pod was started with, where that is gone.", 96)),
        ("message", Schema.Text("What is wrong with it.", 4096)));
}
