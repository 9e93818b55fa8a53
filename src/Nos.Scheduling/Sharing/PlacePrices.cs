namespace Nos.Scheduling.Sharing;

/// <summary>
/// What it costs the pods to come when GPUs that few pods can do without are taken by others: GPUs of a model that some pods insist on, and whole GPUs
/// side by side on one node. Such a place is dear as far as it is likely that, before the cluster is full, more will be asked for than there are.
/// </summary>
/// <remarks>
/// For every set of models that pods name, the demand of all pods that name no model outside it is held against what is free of these models: by
/// Hall's theorem that is all there is to it. The demand is what the learned mix would ask for while it fills what is free.
/// </remarks>
internal sealed class PlacePrices(int models)
{
    /// <summary>Unit: GPUs. What a GPU that is sure to be missed costs beyond itself.</summary>
    private const double Dearest = 0.5;

    private readonly Dictionary<(ulong Models, int Size), Claim> claims = [];
    private readonly double[] freeOf = new double[models];
    private readonly double[] ofModel = new double[models];
    private readonly double[] ofPlaces = new double[models * WholeGpuSizes.Count];
    private readonly (double Cpu, double Memory, double Weight)[] typical = new (double, double, double)[WholeGpuSizes.Count];

    /// <summary>Unit: thousandths of a GPU for each thousandth taken of a GPU of that model.</summary>
    internal double OfModel(int model) => ofModel[model];

    /// <summary>Unit: thousandths of a GPU for each place of that size lost on a node of that model.</summary>
    internal double OfPlace(int model, int size) => ofPlaces[(model * WholeGpuSizes.Count) + size];

    /// <summary>How many pods of each size the node could take, going by what such pods ask for on average.</summary>
    internal PlaceCounts PlacesIn(in ShareRoom room)
    {
        var counts = default(PlaceCounts);
        var whole = room.WholeGpus;
        for (var size = 0; size < WholeGpuSizes.Count && whole >= WholeGpuSizes.GpusOf(size); size++)
        {
            var (cpu, memory, weight) = typical[size];
            var most = (double)(whole / WholeGpuSizes.GpusOf(size));
            most = cpu > 0 ? Math.Min(most, room.CpuMilli * weight / cpu) : most;
            counts[size] = (sbyte)(memory > 0 ? Math.Min(most, room.MemoryMiB * weight / memory) : most);
        }

        return counts;
    }

    /// <summary>Works the prices out anew.</summary>
    internal void Learn(DemandMix mix, ReadOnlySpan<ShareRoom> rooms)
    {
        Array.Clear(ofModel);
        Array.Clear(ofPlaces);
        Array.Clear(freeOf);
        Claims(mix, Free(rooms));
        foreach (var (key, claim) in claims)
        {
            var sum = default(Claim);
            foreach (var (other, narrower) in claims)
            {
                sum = other.Size == key.Size && (other.Models & ~key.Models) == 0 ? sum.Plus(narrower) : sum;
            }

            Price(key.Models, key.Size, sum.Shortage(key.Size < 0 ? FreeOn(key.Models) : PlacesOn(key.Models, key.Size, rooms)));
        }
    }

    private void Price(ulong allowed, int size, double shortage)
    {
        for (var model = 0; model < models; model++)
        {
            if ((allowed >> model & 1) == 1 && size < 0)
            {
                ofModel[model] += Dearest * shortage;
            }
            else if ((allowed >> model & 1) == 1)
            {
                ofPlaces[(model * WholeGpuSizes.Count) + size] += Dearest * shortage * WholeGpuSizes.GpusOf(size) * ShareNode.WholeMilli;
            }
        }
    }

    /// <summary>Unit: GPUs.</summary>
    private double Free(ReadOnlySpan<ShareRoom> rooms)
    {
        foreach (ref readonly var room in rooms)
        {
            freeOf[room.Model] += (double)room.FreeMilli / ShareNode.WholeMilli;
        }

        return freeOf.Sum();
    }

    private double FreeOn(ulong allowed)
    {
        var free = 0.0;
        for (var model = 0; model < models; model++)
        {
            free += (allowed >> model & 1) == 1 ? freeOf[model] : 0;
        }

        return free;
    }

    private double PlacesOn(ulong allowed, int size, ReadOnlySpan<ShareRoom> rooms)
    {
        var places = 0.0;
        foreach (ref readonly var room in rooms)
        {
            places += (allowed >> room.Model & 1) == 1 ? PlacesIn(room)[size] : 0;
        }

        return places;
    }

    /// <summary>What will be asked for while <paramref name="free"/> GPUs fill up.</summary>
    private void Claims(DemandMix mix, double free)
    {
        claims.Clear();
        Array.Clear(typical);
        var gpus = 0.0;
        for (var kind = 0; kind < mix.Kinds.Count; kind++)
        {
            gpus += mix.WeightOf(kind) * mix.Kinds[kind].TotalMilli / ShareNode.WholeMilli;
        }

        var all = models == 64 ? ulong.MaxValue : (1UL << models) - 1;
        for (var kind = 0; kind < mix.Kinds.Count; kind++)
        {
            var (demand, weight) = (mix.Kinds[kind], mix.WeightOf(kind));
            var (allowed, share, size) = (demand.Models == 0 ? all : demand.Models, (double)demand.TotalMilli / ShareNode.WholeMilli, WholeGpuSizes.Of(demand.Gpus));
            var pods = gpus > 0 ? weight * free / gpus : 0;
            if (demand.Gpus > 0 && allowed != all)
            {
                Claim(allowed, -1, new Claim(weight, pods * share, pods * share * share));
            }

            if (size >= 0)
            {
                Claim(allowed, size, new Claim(weight, pods, pods));
                typical[size] = (typical[size].Cpu + (weight * demand.CpuMilli), typical[size].Memory + (weight * demand.MemoryMiB), typical[size].Weight + weight);
            }
        }
    }

    private void Claim(ulong allowed, int size, Claim claim) => claims[(allowed, size)] = claims.GetValueOrDefault((allowed, size)).Plus(claim);
}
