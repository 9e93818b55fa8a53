using System.Collections.Immutable;

namespace Nos.Scheduling.Gpus;

/// <summary>Every way to fill a GPU of one model, as a graph: what is taken, and where each shape could go next. Derived from the profiles alone.</summary>
/// <remarks>
/// Slices that all profiles take or leave together count as one unit, so that the twelve slices of an RTX PRO 6000 are four units and sixteen
/// states. A step always leads to a larger state.
/// </remarks>
public sealed class GpuLattice
{
    private readonly int slicesPerUnit;
    private readonly int[] shapeOfProfile;
    private readonly int[] firstStep;
    private readonly LatticeStep[] steps;

    internal GpuLattice(IReadOnlyList<MigProfile> profiles, int memorySlices, IReadOnlyDictionary<string, int> names)
    {
        slicesPerUnit = profiles.SelectMany(profile => profile.Placements.Select(place => place.Start).Append(profile.MemorySlices)).DefaultIfEmpty(1).Aggregate(Divisor);
        Units = memorySlices / slicesPerUnit;
        var shapes = profiles.DistinctBy(profile => (profile.MemorySlices, profile.Starts)).ToList();
        Sizes = [.. shapes.Select(profile => (double)profile.MemorySlices / memorySlices)];
        Places = [.. shapes.Select(profile => profile.Starts.Count)];
        shapeOfProfile = [.. profiles.Select(profile => shapes.FindIndex(shape => (shape.MemorySlices, shape.Starts) == (profile.MemorySlices, profile.Starts)))];

        Shapes = [.. shapes.Select((_, shape) => names.Where(name => shapeOfProfile[name.Value] == shape)
            .OrderBy(name => profiles[name.Value].Parts.Engines != MediaEngines.Usual).ThenByDescending(name => name.Key, StringComparer.Ordinal).First().Key)];
        firstStep = new int[(1 << Units) + 1];
        var all = new List<LatticeStep>();
        for (var state = 0; state < 1 << Units; state++)
        {
            firstStep[state] = all.Count;
            all.AddRange(shapes.SelectMany((profile, shape) => profile.Placements
                .Select(place => StateOf(place.Slices))
                .Where(taken => (taken & state) == 0)
                .Select(taken => new LatticeStep(shape, state | taken))));
        }

        firstStep[1 << Units] = all.Count;
        steps = [.. all];
    }

    /// <summary>The number of slices that can be told apart; 0 where the GPU knows no MIG.</summary>
    public int Units { get; }

    /// <summary>How many states there are: the states are 0 (empty) to that number less one.</summary>
    public int States => 1 << Units;

    /// <summary>
    /// The shapes: profiles that differ by media engines alone are one. A shape goes by the last of its names in ordinal order, aliases included,
    /// without a suffix where there is one: so models that offer the same under several names agree.
    /// </summary>
    public ImmutableArray<string> Shapes { get; }

    /// <summary>Unit: share of the GPU's memory slices, by shape.</summary>
    public ImmutableArray<double> Sizes { get; }

    /// <summary>How many starts each shape has; 1 or more.</summary>
    public ImmutableArray<int> Places { get; }

    /// <summary>The place in <see cref="Shapes"/> of the model's profile of that index.</summary>
    public int ShapeOf(int profile) => shapeOfProfile[profile];

    /// <summary>The state of a GPU where these slices are taken; a unit of which any slice is taken is taken.</summary>
    public int StateOf(SliceMask held)
    {
        if (slicesPerUnit == 1)
        {
            return held.Bits & (States - 1);
        }

        var state = 0;
        for (var unit = 0; unit < Units; unit++)
        {
            state |= held.Overlaps(SliceMask.Run(unit * slicesPerUnit, slicesPerUnit)) ? 1 << unit : 0;
        }

        return state;
    }

    /// <summary>What can be placed in that state.</summary>
    internal ReadOnlySpan<LatticeStep> StepsFrom(int state) => steps.AsSpan(firstStep[state]..firstStep[state + 1]);

    private static int Divisor(int left, int right) => right == 0 ? left : Divisor(right, left % right);
}
