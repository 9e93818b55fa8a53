using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Sharing;

/// <summary>Gives pods whole GPUs and thousandths of GPUs, one pod after the other; none moves or leaves. A pod that fits somewhere is placed.</summary>
/// <remarks>
/// Deterministic: nodes count in the order of their names, in whatever order they are given. One caller at a time. After warm-up a decision
/// allocates only its answer.
/// </remarks>
public sealed class SharePlacer
{
    private readonly PlacementPolicy policy;
    private readonly int[] places;
    private readonly ShareRoom[] rooms;
    private readonly FragmentationChoice? fragmentation;

    /// <summary>Begins with empty nodes.</summary>
    /// <param name="nodes">The nodes, in any order; names are unique.</param>
    /// <param name="models">How many models there are; nodes' models are below it. At most 64.</param>
    /// <param name="policy">By what a place is preferred.</param>
    public SharePlacer(IReadOnlyList<ShareNode> nodes, int models, PlacementPolicy policy)
    {
        this.policy = policy;
        places = [.. Enumerable.Range(0, nodes.Count).OrderBy(place => nodes[place].Name, StringComparer.Ordinal)];
        rooms = Array.ConvertAll(places, place => new ShareRoom(nodes[place]));
        fragmentation = policy == PlacementPolicy.Fragmentation ? new FragmentationChoice(nodes.Count, models) : null;
    }

    /// <summary>Where the next pod goes, which it has from then on; <see langword="null"/> where no node takes it.</summary>
    public SharePlacement? Place(ShareDemand demand)
    {
        var (node, gpu) = fragmentation?.Choose(demand, rooms) ?? SimpleChoice.Choose(demand, rooms, policy);
        if (node < 0)
        {
            return null;
        }

        var gpus = new int[demand.Gpus];
        var before = rooms[node];
        rooms[node].Take(demand, gpu);
        fragmentation?.Changed(node);
        for (var (index, found) = (0, 0); found < gpus.Length; index++)
        {
            if (before.FreeOf(index) != rooms[node].FreeOf(index))
            {
                gpus[found++] = index;
            }
        }

        return new SharePlacement(places[node], [.. gpus]);
    }
}
