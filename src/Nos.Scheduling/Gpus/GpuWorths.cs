namespace Nos.Scheduling.Gpus;

/// <summary>
/// What the free room of a GPU is worth in each state, at given prices for the shapes: the most that filling it could bring. What a placement takes
/// from it, beyond nothing, is what it costs the pods to come.
/// </summary>
/// <remarks>
/// Unit of prices and worths: shares of one GPU. Beside the worth it knows how much of each shape such a filling would hold: fillings
/// that are worth nearly the same count nearly alike (a soft maximum), so that supply moves smoothly with prices.
/// </remarks>
public sealed class GpuWorths
{
    /// <summary>Unit: shares of a GPU. Two fillings whose worth differs by less count about alike.</summary>
    private const double Softness = 0.019;

    private readonly double[] worths;
    private readonly float[] fillings;

    /// <summary>Works the table out.</summary>
    /// <param name="lattice">The model's.</param>
    /// <param name="prices">By shape; at most a shape's size, so that no placement is worth more than its room.</param>
    internal GpuWorths(GpuLattice lattice, ReadOnlySpan<double> prices)
    {
        Lattice = lattice;
        worths = new double[lattice.States];
        fillings = new float[lattice.States * prices.Length];
        for (var state = lattice.States - 1; state >= 0; state--)
        {
            Fill(state, prices);
        }
    }

    /// <summary>The model's lattice.</summary>
    public GpuLattice Lattice { get; }

    /// <summary>What is left in that state is worth that much.</summary>
    public double Of(int state) => worths[state];

    /// <summary>What placing these slices takes away, beside those held; 0 or more.</summary>
    public double Loss(SliceMask held, SliceMask placed) => worths[Lattice.StateOf(held)] - worths[Lattice.StateOf(held | placed)];

    /// <summary>How many of each shape a filling from that state on holds, by shape.</summary>
    internal ReadOnlySpan<float> FillingFrom(int state) => fillings.AsSpan(state * Lattice.Shapes.Length, Lattice.Shapes.Length);

    /// <summary>
    /// Unit: shares of a GPU, by shape. Prices before any are learned: larger shapes cost more than their part, and shapes with fewer starts a little
    /// more, as fewer places take them. So a first 3g leaves the only place of a 4g alone.
    /// </summary>
    internal static double[] StartingPrices(GpuLattice lattice) =>
        [.. lattice.Sizes.Zip(lattice.Places, (size, places) => size * (0.6 + (0.3 * size) + (0.1 / places)))];

    private void Fill(int state, ReadOnlySpan<double> prices)
    {
        var steps = Lattice.StepsFrom(state);
        var best = 0.0;
        foreach (var step in steps)
        {
            best = Math.Max(best, prices[step.Shape] + worths[step.To]);
        }

        worths[state] = best;
        var filling = fillings.AsSpan(state * prices.Length, prices.Length);
        var total = Math.Exp(-best / Softness);
        foreach (var step in steps)
        {
            var weight = Math.Exp((prices[step.Shape] + worths[step.To] - best) / Softness);
            // What is e^-12 as likely changes nothing that could be seen.
            if (weight < 6e-6)
            {
                continue;
            }

            total += weight;
            filling[step.Shape] += (float)weight;
            var then = FillingFrom(step.To);
            for (var shape = 0; shape < filling.Length; shape++)
            {
                filling[shape] += (float)weight * then[shape];
            }
        }

        for (var shape = 0; shape < filling.Length; shape++)
        {
            filling[shape] /= (float)total;
        }
    }
}
