using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>The objects that the embedded cluster begins with, as an API server would hold them.</summary>
internal static class EmbeddedObjects
{
    /// <summary>The label by which the simulated agents find their nodes.</summary>
    internal const string SimulatedLabel = "nos.nebuly.com/simulated";

    internal static byte[] Namespace(string name) => Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"}}""");

    /// <summary>Nodes named <c>mig-0</c>, <c>mig-1</c>, …, <c>mps-0</c>, …: a machine with 64 cores and 512 GiB beside its GPUs.</summary>
    internal static IEnumerable<byte[]> Nodes(IReadOnlyList<EmbeddedNodes> groups)
    {
        var counts = new Dictionary<PartitioningMode, int>();
        foreach (var group in groups)
        {
            for (var index = 0; index < group.Count; index++)
            {
                var number = counts[group.Mode] = counts.GetValueOrDefault(group.Mode, -1) + 1;
                yield return Node($"{(group.Mode == PartitioningMode.Mig ? "mig" : "mps")}-{number}", group);
            }
        }
    }

    /// <summary>A pod as a user writes it.</summary>
    internal static JsonObject Pod(string ns, string name, string resource, long amount, string? nodeName = null) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["spec"] = new JsonObject
        {
            ["nodeName"] = nodeName,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["image"] = "example.invalid/train",
                ["resources"] = new JsonObject
                {
                    ["limits"] = new JsonObject { [resource] = amount.ToString(CultureInfo.InvariantCulture) },
                    ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "64Mi", [resource] = amount.ToString(CultureInfo.InvariantCulture) },
                },
            }),
        },
    };

    private static byte[] Node(string name, EmbeddedNodes group)
    {
        var room = new JsonObject { ["cpu"] = "64", ["memory"] = "512Gi", ["pods"] = "250", ["ephemeral-storage"] = "1Ti" };
        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject
                {
                    [SimulatedLabel] = "true",
                    ["kubernetes.io/hostname"] = name,
                    ["nos.nebuly.com/gpu-partitioning"] = group.Mode == PartitioningMode.Mig ? "mig" : "mps",
                    ["nvidia.com/gpu.product"] = group.Model.Product,
                    ["nvidia.com/gpu.count"] = group.Gpus.ToString(CultureInfo.InvariantCulture),
                    ["nvidia.com/gpu.memory"] = group.Model.MemoryMiB.ToString(CultureInfo.InvariantCulture),
                },
            },
            ["status"] = new JsonObject
            {
                ["capacity"] = room,
                ["allocatable"] = room.DeepClone(),
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["reason"] = "Simulated" }),
            },
        }.ToJsonString());
    }
}
