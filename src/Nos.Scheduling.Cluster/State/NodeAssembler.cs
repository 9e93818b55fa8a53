using System.Globalization;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Makes a node as decisions see it out of all that is known of it. Pure: equal facts make equal nodes.</summary>
internal static class NodeAssembler
{
    internal static Node Assemble(NodeFacts facts, GpuModels models)
    {
        var (obstacle, detail) = NodeObstacles.Of(facts);
        var mode = ModeOf(facts);
        var room = facts.Node is null ? default : PodRooms.Allocatable(facts.Node.Status);
        var others = facts.Node is null ? default : PodOthers.Allocatable(facts.Node.Status);
        foreach (var pod in facts.Pods)
        {
            (room, others) = (room - pod.Demand.Room, others - pod.Demand.Others);
        }

        foreach (var reservation in facts.Reservations.Where(reservation => reservation.Pod.NodeName is null))
        {
            (room, others) = (room - reservation.Pod.Demand.Room, others - reservation.Pod.Demand.Others);
        }

        foreach (var claim in facts.Claims)
        {
            (room, others) = (room - claim.Pod.Demand.Room, others - claim.Pod.Demand.Others);
        }

        var gpus = GpusOf(facts, models, mode);
        return new Node(facts.Name, mode, obstacle, [.. gpus], room)
        {
            Traits = NodeTraitsOf.Read(facts.Name, facts.Node),
            Others = others,
            ObstacleDetail = detail,
            IsClaimed = facts.Claims.Count > 0,
        };
    }

    internal static PartitioningMode ModeOf(NodeFacts facts) =>
        PartitioningLabel.ModeOf(facts.Node) == PartitioningLabel.Mps ? PartitioningMode.Mps : PartitioningMode.Mig;

    private static IEnumerable<Gpu> GpusOf(NodeFacts facts, GpuModels models, PartitioningMode mode)
    {
        if (facts.GpuNode?.Status is not { } status)
        {
            return Unreported(facts);
        }

        var products = new Dictionary<string, GpuModel>(StringComparer.Ordinal);
        foreach (var product in status.Products)
        {
            products[product.Product] = models.Of(product);
        }

        var gpus = status.Gpus
            .Where(gpu => products.ContainsKey(gpu.Product))
            .DistinctBy(gpu => gpu.Index)
            .OrderBy(gpu => gpu.Index)
            .Select(gpu => new GpuAssembler(gpu.Index, products[gpu.Product], mode))
            .ToList();
        new SliceLayers(facts, gpus).Lay();
        return gpus.Select(gpu => gpu.Build());
    }

    /// <summary>GPUs by the node's labels, for what a cluster could offer once the agent speaks. None where the labels make no sense.</summary>
    private static IEnumerable<Gpu> Unreported(NodeFacts facts)
    {
        var labels = facts.Node?.Metadata;
        return GpuModels.Of(labels?.Label(NosKeys.GpuProduct), labels?.Label(NosKeys.GpuMemoryLabel)) is { } model
            && int.TryParse(labels?.Label(NosKeys.GpuCount), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 64
            ? Enumerable.Range(0, count).Select(index => new Gpu(index, model, []))
            : [];
    }
}
