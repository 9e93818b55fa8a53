using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Pricing;

/// <summary>
/// Learns from arrivals what pods will ask for, and finds the prices at which the free room of the cluster would hold just what that mix asks for:
/// the price of a shape that is asked for more than the room would hold rises, that of one less asked for falls.
/// </summary>
/// <remarks>
/// Deterministic: equal arrivals and clusters, in any order of nodes, give equal prices. One writer at a time; <see cref="Current"/> may be read by
/// anybody. Pods that arrive are forgotten by half every <see cref="HalfLife"/> arrivals; before the first, every shape is as likely as any other.
/// </remarks>
public sealed class PriceLearner
{
    /// <summary>Unit: arrivals.</summary>
    private const double HalfLife = 1000;

    /// <summary>How far one step moves a price: that share of the shape's size, were supply nothing beside demand or the reverse.</summary>
    private const double Pace = 0.2;

    /// <summary>A price never falls below that share of its shape's size.</summary>
    private const double Floor = 0.02;

    /// <summary>Prices move once in so many arrivals: one for every hundred GPUs, and at least once in this many.</summary>
    private const int LongestInterval = 64;

    private readonly GpuInventory inventory = new();
    private readonly SortedDictionary<string, Good> goods = new(StringComparer.Ordinal);
    private volatile SlicePrices current = new(new Dictionary<string, double>(), default);
    private RoomMean room = new(HalfLife);
    private double unit = 1;
    private int untilNext;

    /// <summary>The newest prices.</summary>
    public SlicePrices Current => current;

    /// <summary>A pod has arrived, and will be placed or not.</summary>
    /// <param name="demand">What it asks for; slices of MPS GPUs count nothing here.</param>
    /// <param name="nodes">The cluster as it stands before the pod; read only when prices are due.</param>
    public void Observe(PodDemand demand, IEnumerable<Node?> nodes)
    {
        if (!demand.AsksForSlices || !demand.Slices[0].Resource.IsMig)
        {
            return;
        }

        unit *= Math.Pow(2, 1 / HalfLife);
        if (untilNext-- <= 0)
        {
            Reprice(nodes);
        }

        var share = 0.0;
        foreach (var request in demand.Slices)
        {
            share += Count(request.Resource.Profile!);
        }

        room = room.After(demand.Room, share);
    }

    private void Reprice(IEnumerable<Node?> nodes)
    {
        inventory.Count(nodes);
        untilNext = Math.Clamp(inventory.Gpus / 100, 1, LongestInterval) - 1;
        Supply();
        if (goods.Count == 0)
        {
            return;
        }

        // Weights grow instead of fading, so that an arrival touches one; here they are brought back to size.
        var asked = goods.Values.Sum(good => good.Weight /= unit);
        unit = 1;
        var meanSize = goods.Values.Sum(good => good.Weight * good.Size) / asked;
        foreach (var good in goods.Values)
        {
            var demand = inventory.Free / meanSize * good.Weight / asked;
            var moved = good.Price + Pace * good.Size * (demand - good.Supply) / (demand + good.Supply + 1);
            good.Price = Math.Clamp(moved, Floor * good.Size, good.Size);
        }

        current = new SlicePrices(goods.ToDictionary(good => good.Key, good => good.Value.Price), room.PerGpu);
    }

    /// <summary>How many slices of each shape the free room would hold at the present prices; new models bring their shapes.</summary>
    private void Supply()
    {
        foreach (var good in goods.Values)
        {
            (good.Supply, good.Gpus) = (0, 0);
        }

        foreach (var (model, counts) in inventory.Counts.OrderBy(entry => entry.Key.Product, StringComparer.Ordinal))
        {
            var (lattice, worths, gpus) = (model.Lattice, current.WorthsOf(model), counts.Sum());
            for (var shape = 0; shape < lattice.Shapes.Length; shape++)
            {
                if (!goods.TryGetValue(lattice.Shapes[shape], out var good))
                {
                    goods[lattice.Shapes[shape]] = good = new Good { Weight = unit, Size = lattice.Sizes[shape], Price = GpuWorths.StartingPrices(lattice)[shape] };
                }

                good.Gpus += gpus;
                good.Size += gpus == 0 ? 0 : (lattice.Sizes[shape] - good.Size) * gpus / good.Gpus;
                for (var state = 0; state < counts.Length; state++)
                {
                    good.Supply += counts[state] == 0 ? 0 : counts[state] * worths.FillingFrom(state)[shape];
                }
            }
        }
    }

    /// <summary>Counts one slice that was asked for.</summary>
    /// <returns>Its size; 0 where no GPU offers it.</returns>
    private double Count(string profile)
    {
        foreach (var model in inventory.Counts.Keys)
        {
            if (model.IndexOf(profile) is var index and >= 0)
            {
                var good = goods[model.Lattice.Shapes[model.Lattice.ShapeOf(index)]];
                good.Weight += unit;
                return good.Size;
            }
        }

        return 0;
    }

    /// <summary>One shape, whichever models offer it.</summary>
    private sealed class Good
    {
        /// <summary>Unit: arrivals, recent ones counting more.</summary>
        internal double Weight { get; set; }

        /// <summary>Unit: shares of one GPU, the mean over the GPUs that offer it.</summary>
        internal double Size { get; set; }

        /// <summary>Unit: shares of one GPU.</summary>
        internal double Price { get; set; }

        /// <summary>Unit: slices.</summary>
        internal double Supply { get; set; }

        /// <summary>How many GPUs offer it.</summary>
        internal int Gpus { get; set; }
    }
}
