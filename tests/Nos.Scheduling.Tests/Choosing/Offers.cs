using System.Collections.Immutable;
using Nos.Scheduling.Choosing;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Choosing;

/// <summary>Clusters by what their nodes are: <c>8xNVIDIA-A100-SXM4-80GB:mig</c>.</summary>
internal static class Offers
{
    internal static Offer Of(params string[] nodes) => Offer.Of(Cluster(nodes));

    internal static ClusterSnapshot Cluster(params string[] nodes) =>
        ClusterSnapshot.Of(nodes.Select((node, index) => Node($"node-{index}", node)));

    internal static Node Node(string name, string gpus, Misfit obstacle = Misfit.None)
    {
        var parts = gpus.Split('x', 2);
        var (product, mode) = (parts[1].Split(':')[0], parts[1].EndsWith(":mig", StringComparison.Ordinal) ? PartitioningMode.Mig : PartitioningMode.Mps);
        var model = GpuCatalog.Find(product) ?? throw new ArgumentException(product);
        return new Node(
            name, mode, obstacle, [.. Enumerable.Range(0, int.Parse(parts[0])).Select(index => new Gpu(index, model, []))], new NodeRoom(1, 1, 1));
    }

    internal static Node Held(string name, GpuModel model, int heldGB) => new(
        name,
        PartitioningMode.Mig,
        Misfit.None,
        ImmutableArray.Create(new Gpu(0, model, [new Slice(SliceShape.Mps(heldGB, 1), SliceResource.Mps(heldGB), SliceHold.Used)])),
        new NodeRoom(1, 1, 1));
}
