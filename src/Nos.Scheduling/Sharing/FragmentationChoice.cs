namespace Nos.Scheduling.Sharing;

/// <summary>
/// Chooses the node that loses the least for the pods to come: the worth of what is left of it (<see cref="RoomWorths"/>), and the places that only some
/// pods can do with (<see cref="PlacePrices"/>). Only a node that has changed is worked out again.
/// </summary>
internal sealed class FragmentationChoice
{
    /// <summary>The sequences are drawn anew when the arrivals have grown by so much, and at least every half of a half-life.</summary>
    private const double Growth = 1.6;

    private const int FirstDraw = 12;

    /// <summary>Unit: arrivals between two looks at the prices of places.</summary>
    private const int PriceEvery = 16;

    /// <summary>Of GPUs on one node that cost the same, the fuller one: what each thousandth that is free of it counts.</summary>
    private const float GpuTightness = 1e-4f;

    /// <summary>Of nodes that cost about the same, the fuller one: what each thousandth that is free of their GPUs counts.</summary>
    private const float NodeTightness = 2e-3f;

    private readonly DemandMix mix = new();
    private readonly TypicalFillings fillings;
    private readonly RoomWorths worths;
    private readonly PlacePrices prices;
    private readonly List<ShareWay[]> ways = [];
    private readonly int[] stamps;
    private int lastStamp;
    private long nextDraw = FirstDraw;

    internal FragmentationChoice(int nodes, int models)
    {
        (fillings, prices) = (new TypicalFillings(models), new PlacePrices(models));
        worths = new RoomWorths(fillings);
        stamps = new int[nodes];
        Array.Fill(stamps, ++lastStamp);
    }

    /// <summary>A pod arrives: learn from it, and say where it goes.</summary>
    /// <returns>The node, or -1, and for a pod with one GPU which.</returns>
    internal (int Node, int Gpu) Choose(in ShareDemand demand, ReadOnlySpan<ShareRoom> rooms)
    {
        Learn();
        var kind = mix.Observe(demand);
        while (ways.Count <= kind)
        {
            ways.Add(new ShareWay[rooms.Length]);
        }

        if (mix.Arrived % PriceEvery == 1)
        {
            prices.Learn(mix, rooms);
        }

        var (best, least, known) = (-1, double.PositiveInfinity, ways[kind]);
        for (var node = 0; node < rooms.Length; node++)
        {
            ref var way = ref known[node];
            if (way.Stamp != stamps[node])
            {
                way = Way(demand, rooms[node], stamps[node]);
            }

            if (way.Loss < float.PositiveInfinity && Cost(way, demand, rooms[node].Model) is var cost && cost < least)
            {
                (best, least) = (node, cost);
            }
        }

        return best < 0 ? (-1, 0) : (best, known[best].Gpu);
    }

    /// <summary>The node is no longer what it was.</summary>
    internal void Changed(int node) => stamps[node] = ++lastStamp;

    private void Learn()
    {
        if (mix.Arrived < nextDraw)
        {
            return;
        }

        nextDraw = Math.Min((long)(mix.Arrived * Growth) + 1, mix.Arrived + (DemandMix.HalfLife / 2));
        fillings.Learn(mix);
        worths.Forget();
        Array.Fill(stamps, ++lastStamp);
    }

    private double Cost(in ShareWay way, in ShareDemand demand, int model)
    {
        var cost = way.Loss + (prices.OfModel(model) * demand.TotalMilli);
        for (var size = 0; size < WholeGpuSizes.Count; size++)
        {
            cost += way.Lost[size] == 0 ? 0 : prices.OfPlace(model, size) * way.Lost[size];
        }

        return cost;
    }

    private ShareWay Way(in ShareDemand demand, in ShareRoom room, int stamp)
    {
        var best = new ShareWay { Stamp = stamp, Loss = float.PositiveInfinity };
        if (!room.Holds(demand))
        {
            return best;
        }

        var (before, places) = (worths.Of(room), prices.PlacesIn(room));
        var tried = 0UL;
        for (var gpu = 0; gpu < (demand.Gpus == 1 ? room.Gpus : 1); gpu++)
        {
            if (demand.Gpus == 1 && (room.FreeOf(gpu) < demand.GpuMilli || IsTried(room, gpu, ref tried)))
            {
                continue;
            }

            var then = room;
            then.Take(demand, gpu);
            var loss = before - worths.Of(then) + (room.FreeMilli * NodeTightness) + (demand.Gpus == 1 ? room.FreeOf(gpu) * GpuTightness : 0);
            if (loss < best.Loss)
            {
                best = new ShareWay { Stamp = stamp, Loss = loss, Gpu = (sbyte)gpu, Lost = prices.PlacesIn(then).LostSince(places) };
            }
        }

        return best;
    }

    /// <summary>Whether a GPU of as much room came before.</summary>
    private static bool IsTried(in ShareRoom room, int gpu, ref ulong tried)
    {
        for (var other = 0; other < gpu; other++)
        {
            if ((tried >> other & 1) == 1 && room.FreeOf(other) == room.FreeOf(gpu))
            {
                return true;
            }
        }

        tried |= 1UL << gpu;
        return false;
    }
}
