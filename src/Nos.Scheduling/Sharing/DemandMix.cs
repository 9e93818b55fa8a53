namespace Nos.Scheduling.Sharing;

/// <summary>What pods have asked for lately: every kind of demand with its weight, which halves every <see cref="HalfLife"/> arrivals.</summary>
internal sealed class DemandMix
{
    /// <summary>Unit: arrivals.</summary>
    internal const int HalfLife = 1000;

    private readonly Dictionary<ShareDemand, int> places = [];
    private readonly List<ShareDemand> kinds = [];
    private readonly List<double> weights = [];
    private double unit = 1;

    /// <summary>The kinds, in the order in which they came first.</summary>
    internal IReadOnlyList<ShareDemand> Kinds => kinds;

    /// <summary>Unit: arrivals so far.</summary>
    internal long Arrived { get; private set; }

    /// <summary>One pod arrives.</summary>
    /// <returns>Its kind's place in <see cref="Kinds"/>.</returns>
    internal int Observe(in ShareDemand demand)
    {
        if (!places.TryGetValue(demand, out var kind))
        {
            kind = places[demand] = kinds.Count;
            kinds.Add(demand);
            weights.Add(0);
        }

        // Weights grow instead of fading, so that an arrival touches one; before they leave the range of doubles they are brought back.
        unit *= Math.Pow(2, 1.0 / HalfLife);
        weights[kind] += unit;
        if (++Arrived % (64 * HalfLife) == 0)
        {
            for (var each = 0; each < weights.Count; each++)
            {
                weights[each] /= unit;
            }

            unit = 1;
        }

        return kind;
    }

    /// <summary>Unit: arrivals, recent ones counting in full.</summary>
    internal double WeightOf(int kind) => weights[kind] / unit;
}
