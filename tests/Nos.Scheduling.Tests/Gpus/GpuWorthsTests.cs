using Nos.Scheduling.Gpus;
using Nos.Scheduling.Tests.Architecture;

namespace Nos.Scheduling.Tests.Gpus;

public sealed class GpuWorthsTests
{
    [Fact]
    public void Is_what_the_dearest_filling_brings_that_brute_force_finds()
    {
        foreach (var model in new[] { Draw.A100, Draw.A30, Draw.Rtx })
        {
            var prices = model.Lattice.Sizes.Select((size, shape) => size * (1 + (shape * 7 % 5)) / 5).ToArray();
            var worths = new GpuWorths(model.Lattice, prices);
            var places = model.Profiles.SelectMany((profile, index) => profile.Placements.Select(place => (place.Slices, Price: prices[model.Lattice.ShapeOf(index)]))).Distinct().ToArray();

            for (var held = 0; held < 256; held += 5)
            {
                var mask = new SliceMask((ushort)(model == Draw.Rtx ? held / 16 * 7 : held & ((1 << model.MemorySlices) - 1)));
                Assert.Equal(Dearest(mask, places, 0), worths.Of(model.Lattice.StateOf(mask)), 9);
            }
        }
    }

    [Fact]
    public void Expects_of_each_shape_what_the_dearest_filling_holds()
    {
        var lattice = Draw.A100.Lattice;
        var onlySmall = new GpuWorths(lattice, [.. lattice.Shapes.Select(shape => shape.StartsWith("1g.10gb", StringComparison.Ordinal) ? 0.125 : 0.0001)]);

        var filling = onlySmall.FillingFrom(0);

        Assert.Equal(7, filling[lattice.Shapes.IndexOf("1g.10gb")], 0.01);
        Assert.Equal(0, filling[lattice.Shapes.IndexOf("2g.20gb")], 0.01);
    }

    [Theory]
    [InlineData("........", "#.......")]
    [InlineData("........", "....#...")]
    [InlineData("........", "......#.")]
    [InlineData("####..#.", "####.##.")]
    public void The_readme_says_what_placements_take(string before, string after)
    {
        var lattice = Draw.A100.Lattice;
        var (whole, rest) = (Draw.A100.StartingWorths.Of(lattice.StateOf(Draw.Mask(before))), Draw.A100.StartingWorths.Of(lattice.StateOf(Draw.Mask(after))));

        var lines = Repository.Read("src", "Nos.Scheduling", "README.md").Split('\n');

        Assert.Contains(FormattableString.Invariant($" {whole:F3}"), lines.First(line => line.StartsWith(before, StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains(FormattableString.Invariant($" {rest:F3}    {whole - rest:F3}"), lines.First(line => line.StartsWith(after, StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Never_gains_by_a_placement() => Assert.All(
        Draw.A100.Profiles.SelectMany(profile => profile.Placements),
        place => Assert.True(Draw.A100.StartingWorths.Loss(default, place.Slices) >= 0));

    private static double Dearest(SliceMask held, (SliceMask Slices, double Price)[] places, int from)
    {
        var best = 0.0;
        for (var next = from; next < places.Length; next++)
        {
            if (!places[next].Slices.Overlaps(held))
            {
                best = Math.Max(best, places[next].Price + Dearest(held | places[next].Slices, places, next + 1));
            }
        }

        return best;
    }
}
