using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Pricing;

/// <summary>How many GPUs of each model are in each state of their lattice: all that prices need to know of a cluster.</summary>
internal sealed class GpuInventory
{
    private readonly Dictionary<GpuModel, int[]> counts = [];

    /// <summary>The models, in no order.</summary>
    internal IReadOnlyDictionary<GpuModel, int[]> Counts => counts;

    /// <summary>How many GPUs there are, lost ones left out.</summary>
    internal int Gpus { get; private set; }

    /// <summary>Unit: GPUs; the room that nobody holds, added up.</summary>
    internal double Free { get; private set; }

    /// <summary>Counts anew. Nodes on which nothing is offered, or that share by MPS, are left out.</summary>
    internal void Count(IEnumerable<Node?> nodes)
    {
        (Gpus, Free) = (0, 0);
        foreach (var ofModel in counts.Values)
        {
            Array.Clear(ofModel);
        }

        foreach (var node in nodes)
        {
            if (node is { Mode: PartitioningMode.Mig, Obstacle: Misfit.None })
            {
                Add(node);
            }
        }
    }

    private void Add(Node node)
    {
        foreach (var gpu in node.Gpus.AsSpan())
        {
            var lattice = gpu.Model.Lattice;
            if (gpu.IsLost || lattice.Units == 0)
            {
                continue;
            }

            if (!counts.TryGetValue(gpu.Model, out var ofModel))
            {
                counts[gpu.Model] = ofModel = new int[lattice.States];
            }

            ofModel[lattice.StateOf(gpu.Held)]++;
            Gpus++;
            Free += 1 - ((double)gpu.Held.Count / gpu.Model.MemorySlices);
        }
    }
}
