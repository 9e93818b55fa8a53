namespace Nos.Scheduling.Sharing;

/// <summary>
/// Per GPU model a few fixed sequences of typical pods, by which what is left of a node is measured: drawn from the learned mix, kinds weighted by
/// the GPUs they ask for, so that rare pods that need a whole node are not forgotten.
/// </summary>
internal sealed class TypicalFillings
{
    /// <summary>How many sequences a model has.</summary>
    internal const int Sequences = 8;

    /// <summary>How many pods a sequence has.</summary>
    internal const int Length = 48;

    /// <summary>Unit: thousandths of a GPU; smaller demands weigh as much as this one.</summary>
    private const int LeastMilli = 50;

    private readonly ShareDemand[][] byModel;
    private readonly int[] leastCpu;
    private FixedDraw draw = new(12345);

    internal TypicalFillings(int models)
    {
        byModel = [.. Enumerable.Repeat(Array.Empty<ShareDemand>(), models)];
        leastCpu = new int[models];
    }

    /// <summary>The sequences of a model, one after the other; empty before anything was learned.</summary>
    internal ReadOnlySpan<ShareDemand> For(int model) => byModel[model];

    /// <summary>Unit: millicores; no pod of the model's sequences asks for less.</summary>
    internal int LeastCpu(int model) => leastCpu[model];

    /// <summary>Draws anew.</summary>
    internal void Learn(DemandMix mix)
    {
        var weights = new double[mix.Kinds.Count];
        for (var model = 0; model < byModel.Length; model++)
        {
            var total = 0.0;
            for (var kind = 0; kind < weights.Length; kind++)
            {
                var demand = mix.Kinds[kind];
                var fits = demand.Gpus > 0 && (demand.Models == 0 || (demand.Models >> model & 1) == 1);
                weights[kind] = fits ? mix.WeightOf(kind) * Math.Max(LeastMilli, demand.TotalMilli) : 0;
                total += weights[kind];
            }

            if (total > 0)
            {
                byModel[model] = byModel[model].Length > 0 ? byModel[model] : new ShareDemand[Sequences * Length];
                for (var sequence = 0; sequence < Sequences; sequence++)
                {
                    Draw(mix, weights, total, byModel[model].AsSpan(sequence * Length, Length));
                }

                leastCpu[model] = byModel[model].Min(demand => demand.CpuMilli);
            }
        }
    }

    /// <summary>Every kind about as often as its weight says, in random order.</summary>
    private void Draw(DemandMix mix, double[] weights, double total, Span<ShareDemand> sequence)
    {
        var (offset, passed, kind) = (draw.Unit(), 0.0, 0);
        for (var place = 0; place < sequence.Length; place++)
        {
            var at = (place + offset) / sequence.Length * total;
            while (kind + 1 < weights.Length && passed + weights[kind] < at)
            {
                passed += weights[kind++];
            }

            sequence[place] = mix.Kinds[kind];
        }

        for (var place = sequence.Length - 1; place > 0; place--)
        {
            var other = draw.Below(place + 1);
            (sequence[place], sequence[other]) = (sequence[other], sequence[place]);
        }
    }
}
