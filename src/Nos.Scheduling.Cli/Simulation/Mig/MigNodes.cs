using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cli.Simulation.Mig;

/// <summary>Makes the nodes of <c>simulate mig</c>: <c>100x8xNVIDIA-A100-SXM4-80GB</c>, several such groups joined by commas.</summary>
internal static class MigNodes
{
    /// <summary>What a value must be, for messages.</summary>
    internal const string Allowed = "NODESxGPUSxPRODUCT, such as 100x8xNVIDIA-A100-SXM4-80GB, with 1 to 100000 nodes of 1 to 64 GPUs";

    /// <summary>The nodes <c>node-0</c>, <c>node-1</c>, …, or why there are none.</summary>
    internal static (Node[] Nodes, string? Complaint) Parse(string text)
    {
        var nodes = new List<Node>();
        foreach (var group in text.Split(','))
        {
            var parts = group.Split('x', 3);
            if (parts.Length != 3 || !int.TryParse(parts[0], out var count) || count is < 1 or > 100_000 || !int.TryParse(parts[1], out var gpus) || gpus is < 1 or > 64)
            {
                return ([], $"--nodes '{text}' is not {Allowed}.");
            }

            if (GpuCatalog.Find(parts[2]) is not { MemorySlices: > 0 } model)
            {
                return ([], $"--nodes '{text}': '{parts[2]}' is no GPU with MIG; expected one of {string.Join(", ", GpuCatalog.Models.Where(known => known.MemorySlices > 0).Select(known => known.Product))}.");
            }

            nodes.AddRange(Enumerable.Range(nodes.Count, count).Select(number => New($"node-{number}", model, gpus)));
        }

        return ([.. nodes], null);
    }

    private static Node New(string name, GpuModel model, int gpus) => new(
        name, PartitioningMode.Mig, Misfit.None, [.. Enumerable.Range(0, gpus).Select(index => new Gpu(index, model, []))], new NodeRoom(long.MaxValue, long.MaxValue, long.MaxValue));
}
