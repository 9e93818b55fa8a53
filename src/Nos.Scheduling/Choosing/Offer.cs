using System.Runtime.InteropServices;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Choosing;

/// <summary>Which GPUs there are to choose a slice of. Never empty: without GPUs it is the catalogue's.</summary>
public sealed class Offer
{
    private Offer(IEnumerable<ModelOffer> models, bool isCatalogue) =>
        (Models, IsCatalogue) = ([.. models.OrderBy(offer => offer.Model.Product, StringComparer.Ordinal).ThenBy(offer => offer.Mode)], isCatalogue);

    /// <summary>Every model of the catalogue in every mode: what is assumed while a cluster has no managed GPU.</summary>
    public static Offer Catalogue { get; } = new(
        GpuCatalog.Models.SelectMany(model => Enum.GetValues<PartitioningMode>().Select(mode => new ModelOffer(model, mode, 0, 0))),
        isCatalogue: true);

    /// <summary>The models, by product, then mode.</summary>
    public IReadOnlyList<ModelOffer> Models { get; }

    /// <summary>Whether it is a guess from the catalogue because the cluster has no managed GPU.</summary>
    public bool IsCatalogue { get; }

    /// <summary>
    /// The model with the least memory, of which percentages are meant; the first by product among equals. One whose memory nobody tells
    /// (an integrated GPU shares its host's) counts only where there is no other.
    /// </summary>
    public GpuModel Smallest => Models.MinBy(offer => offer.Model.MemoryMiB > 0 ? offer.Model.MemoryMiB : int.MaxValue)!.Model;

    /// <summary>What the cluster's managed GPUs offer.</summary>
    /// <remarks>A node that is only not ready for the moment counts, without free capacity: what its GPUs can do does not change.</remarks>
    public static Offer Of(ClusterSnapshot cluster)
    {
        var found = new Dictionary<(GpuModel Model, PartitioningMode Mode), (int Gpus, long FreeGB)>();
        foreach (var node in cluster.Nodes)
        {
            if (node.Obstacle != Misfit.NodeNotManaged)
            {
                Count(node, found);
            }
        }

        return found.Count == 0
            ? Catalogue
            : new Offer(found.Select(sum => new ModelOffer(sum.Key.Model, sum.Key.Mode, sum.Value.Gpus, sum.Value.FreeGB)), isCatalogue: false);
    }

    /// <summary>A node's GPUs are mostly of one model: they are counted together, as thousands of nodes are counted for every pod.</summary>
    private static void Count(Node node, Dictionary<(GpuModel Model, PartitioningMode Mode), (int Gpus, long FreeGB)> found)
    {
        for (var first = 0; first < node.Gpus.Length;)
        {
            var model = node.Gpus[first].Model;
            var (next, free) = (first, 0L);
            for (; next < node.Gpus.Length && node.Gpus[next].Model == model; next++)
            {
                free += node.Gpus[next].IsLost ? 0 : Math.Max(0, model.UsableGB - node.Gpus[next].HeldGB);
            }

            ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(found, (model, node.Mode), out _);
            sum = (sum.Gpus + next - first, sum.FreeGB + (node.Obstacle == Misfit.None ? free : 0));
            first = next;
        }
    }

    /// <summary>The models that are shared in <paramref name="mode"/>; empty where none is.</summary>
    public IEnumerable<ModelOffer> In(PartitioningMode mode) => Models.Where(offer => offer.Mode == mode);

    /// <summary>The offer to choose from in <paramref name="mode"/>: this one; the same models if all were shared so; else the catalogue.</summary>
    public Offer For(PartitioningMode mode)
    {
        if (LargestGB(mode) > 0)
        {
            return this;
        }

        var changed = new Offer(Models.Select(offer => offer with { Mode = mode, FreeGB = 0 }), IsCatalogue);
        return changed.LargestGB(mode) > 0 ? changed : Catalogue;
    }

    /// <summary>Whether some GPU could be cut into that slice when nobody held any of it.</summary>
    public bool Has(SliceResource slice) => slice.Profile is { } profile
        ? In(PartitioningMode.Mig).Any(offer => offer.Model.Find(profile) is not null)
        : In(PartitioningMode.Mps).Any(offer => offer.Model.UsableGB >= slice.MemoryGB);

    /// <summary>Unit: GB, the largest slice that can be had in <paramref name="mode"/>; 0 where there is none.</summary>
    public int LargestGB(PartitioningMode mode) => In(mode)
        .SelectMany(offer => mode == PartitioningMode.Mig ? offer.Model.Profiles.Select(profile => profile.Parts.MemoryGB) : [offer.Model.UsableGB])
        .DefaultIfEmpty()
        .Max();
}
