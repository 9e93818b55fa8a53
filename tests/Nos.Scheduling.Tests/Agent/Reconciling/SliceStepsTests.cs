using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Reconciling;

public sealed class SliceStepsTests
{
    [Theory]
    [InlineData("", "1g.10gb@3", "...#....", "")]
    [InlineData("1g.10gb@3:listed", "1g.10gb@3", "...#....", "")]
    [InlineData("1g.10gb@3:listed", "", "........", "")]
    [InlineData("1g.10gb@3:in-use", "", "...#....", "")]
    [InlineData("1g.10gb@3:listed 2g.20gb@0:listed", "4g.40gb@0", "####....", "")]
    [InlineData("1g.10gb@3:in-use 2g.20gb@0:listed", "4g.40gb@0", "...#....", "0-4g.40gb-0")]
    [InlineData("1g.10gb@3:in-use 2g.20gb@0:listed", "4g.40gb@0 3g.40gb@4", "...#####", "0-4g.40gb-0")]
    [InlineData("", "2g.20gb@0 1g.10gb@1 1g.10gb@6", "##....#.", "0-1g.10gb-1")]
    [InlineData("1g.10gb@1:listed", "2g.20gb@0 1g.10gb@1 1g.10gb@6", ".#....#.", "0-2g.20gb-0")]
    [InlineData("", "1g.10gb+me@0 1g.10gb+me@1", "#.......", "0-1g.10gb.me-1")]
    [InlineData("", "1g.10gb@0 1g.10gb@0", "#.......", "")]
    public void Brings_a_GPU_to_its_spec_around_what_is_in_use(string actual, string spec, string drawing, string refused)
    {
        var (gpu, steps) = Take(Draw.A100, actual, spec);

        Assert.Equal(drawing, gpu.Drawing);
        Assert.Equal(refused, string.Join(" ", steps.OfType<SliceStep.Refuse>().Select(step => step.Goal.Id)));
    }

    [Theory]
    [InlineData("1g.10gb@6:found", "1g.10gb@0", "#.....#.")]
    [InlineData("1g.10gb@6:found", "3g.40gb@4", "....####")]
    [InlineData("1g.10gb@6:found 1g.10gb@5:found 2g.20gb@0:found", "2g.20gb@4", "##..###.")]
    [InlineData("1g.10gb+me@6:found", "1g.10gb+me@0", "#.......")]
    [InlineData("1g.10gb@6:found", "", "........")]
    public void Keeps_what_it_found_until_its_room_is_needed_or_no_slice_is_wanted(string actual, string spec, string drawing) =>
        Assert.Equal(drawing, Take(Draw.A100, actual, spec).Gpu.Drawing);

    [Theory]
    [InlineData("5gb#1:found 5gb#2:found 10gb#1:found", "9gb#1", "5gb#1 5gb#2 9gb#1")]
    [InlineData("5gb#1:found 5gb#2:found 10gb#1:found", "1gb#1", "5gb#1 5gb#2 10gb#1 1gb#1")]
    [InlineData("5gb#1:listed 10gb#1:in-use", "11gb#1", "10gb#1 11gb#1")]
    [InlineData("5gb#1:in-use 10gb#1:in-use", "11gb#1 6gb#1", "5gb#1 10gb#1 6gb#1")]
    [InlineData("", "21gb#1 1gb#1", "21gb#1")]
    public void Shares_stay_within_the_usable_memory(string actual, string spec, string expected)
    {
        var (gpu, _) = Take(Draw.A10, actual, spec);

        Assert.Equal(expected.Split(' ').Select(text => Slices.Shape(Draw.A10, text)).ToHashSet(), gpu.Shapes.ToHashSet());
    }

    [Fact]
    public void A_GPU_serves_48_clients_and_no_more()
    {
        var model = new GpuModel("NVIDIA-Large", 100 * 1024, 99, []);
        var spec = string.Join(" ", Enumerable.Range(1, 50).Select(number => $"1gb#{number}"));

        var (gpu, steps) = Take(model, "", spec);

        Assert.Equal(48, gpu.Shapes.Count);
        Assert.Equal(["0-1gb-49", "0-1gb-50"], steps.OfType<SliceStep.Refuse>().Select(step => step.Goal.Id));
    }

    [Fact]
    public void Instances_and_shares_never_share_a_GPU()
    {
        var (gpu, steps) = Take(Draw.A100, "1g.10gb@0:in-use", "10gb#1");

        Assert.Equal("#.......", gpu.Drawing);
        Assert.Contains("MIG instance 0-1g.10gb-0", Assert.IsType<SliceStep.Refuse>(Assert.Single(steps)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_state_of_an_A30_reaches_every_pair_that_a_spec_can_list()
    {
        var places = Places(Draw.A30);
        var states = States(Draw.A30, places, []).ToList();
        Assert.True(states.Count > 50, $"{states.Count} states");

        foreach (var state in states)
        {
            foreach (var ties in Ties(state.Count))
            {
                var actual = state.Zip(ties, (shape, tie) => new ActualSlice(shape, tie)).ToList();
                for (var first = 0; first < places.Count; first++)
                {
                    for (var second = 0; second < places.Count; second++)
                    {
                        Check(Draw.A30, actual, [places[first], places[second]]);
                    }
                }
            }
        }
    }

    [Fact]
    public void Never_touches_what_is_in_use_and_ends_with_the_spec_else()
    {
        var models = new[] { Draw.A100, Draw.H100, Draw.Rtx, Draw.A10 };
        var cases =
            from model in Gen.Elements(models)
            from order in Gen.Choose(0, int.MaxValue - 1)
            from size in Gen.Choose(0, 7)
            from wanted in Gen.Choose(0, 7)
            select (model, order, size, wanted);

        Prop.ForAll(cases.ToArbitrary(), random =>
        {
            var dice = new Random(random.order);
            var candidates = Candidates(random.model, dice);
            var gpu = new StrictGpu(random.model);
            foreach (var shape in candidates.Take(random.size * 3).Where(gpu.Accepts))
            {
                gpu.Add(shape);
            }

            var actual = gpu.Shapes.Select(shape => new ActualSlice(shape, (SliceTie)dice.Next(3))).ToList();
            Check(random.model, actual, [.. Candidates(random.model, dice).Take(random.wanted)]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void One_impossible_entry_changes_nothing_for_the_others()
    {
        var places = Places(Draw.A30);
        foreach (var state in States(Draw.A30, places, []))
        {
            var actual = state.Select(shape => new ActualSlice(shape, SliceTie.InUse)).ToList();
            foreach (var bad in places.Where(place => !state.Contains(place)))
            {
                foreach (var good in places)
                {
                    var alone = SliceSteps.Between(GoalOf([good]), Draw.A30, actual);
                    var both = SliceSteps.Between(GoalOf([good, bad]), Draw.A30, actual);
                    Assert.Equal(alone.Where(step => step.Shape == good), both.Where(step => step.Shape == good));
                }
            }
        }
    }

    /// <summary>All that must hold, judged by a GPU that does not know the production rules.</summary>
    private static void Check(GpuModel model, IReadOnlyList<ActualSlice> actual, IReadOnlyList<SliceShape> wanted)
    {
        var gpu = new StrictGpu(model);
        foreach (var slice in actual)
        {
            gpu.Add(slice.Shape, slice.Tie == SliceTie.InUse);
        }

        var steps = SliceSteps.Between(GoalOf(wanted), model, actual);
        gpu.Take(steps);

        var used = actual.Where(slice => slice.Tie == SliceTie.InUse).Select(slice => slice.Shape).ToHashSet();
        var found = actual.Where(slice => slice.Tie == SliceTie.Found).Select(slice => slice.Shape).ToHashSet();
        var refused = steps.OfType<SliceStep.Refuse>().Select(step => step.Shape).ToHashSet();
        Assert.Equal(wanted.Where(shape => !refused.Contains(shape)).ToHashSet(), gpu.Shapes.Intersect(wanted).ToHashSet());
        Assert.All(gpu.Shapes, shape => Assert.True(wanted.Contains(shape) || used.Contains(shape) || found.Contains(shape)));

        var spec = new StrictGpu(model);
        if (used.Count == 0 && wanted.Distinct().All(shape => TryAdd(spec, shape)))
        {
            Assert.Empty(refused);
        }

        // Nothing is refused, and no find is given up, without need.
        Assert.All(refused, shape => Assert.False(gpu.Accepts(shape)));
        Assert.All(found.Where(shape => wanted.Count > 0 && !gpu.Shapes.Contains(shape)), shape => Assert.False(gpu.Accepts(shape)));
    }

    private static bool TryAdd(StrictGpu gpu, SliceShape shape)
    {
        var accepts = gpu.Accepts(shape);
        if (accepts)
        {
            gpu.Add(shape);
        }

        return accepts;
    }

    private static (StrictGpu Gpu, IReadOnlyList<SliceStep> Steps) Take(GpuModel model, string actual, string spec)
    {
        var gpu = new StrictGpu(model);
        var slices = Slices.Words(actual).Select(text => text.Split(':')).Select(parts => new ActualSlice(
            Slices.Shape(model, parts[0]),
            parts[1] switch { "in-use" => SliceTie.InUse, "found" => SliceTie.Found, _ => SliceTie.Listed })).ToList();
        slices.ForEach(slice => gpu.Add(slice.Shape, slice.Tie == SliceTie.InUse));
        var steps = SliceSteps.Between(Slices.Goal(model, spec), model, slices);
        gpu.Take(steps);
        return (gpu, steps);
    }

    private static GpuGoal GoalOf(IReadOnlyList<SliceShape> shapes) => new(0, [.. shapes.Select(Slices.Goal)], IsEmpty: shapes.Count == 0);

    private static List<SliceShape> Places(GpuModel model) =>
        [.. model.Profiles.SelectMany(profile => profile.Placements).Select(place => SliceShape.Mig(place.Profile, place.Start))];

    private static IEnumerable<SliceShape> Candidates(GpuModel model, Random dice)
    {
        var all = model.Profiles.Count > 0
            ? Places(model)
            : [.. Enumerable.Range(1, model.UsableGB).SelectMany(gb => Enumerable.Range(1, 3).Select(number => SliceShape.Mps(gb, number)))];
        return all.OrderBy(_ => dice.Next());
    }

    /// <summary>Every set of slices that can stand on the GPU, each once.</summary>
    private static IEnumerable<List<SliceShape>> States(GpuModel model, List<SliceShape> places, List<SliceShape> chosen)
    {
        yield return [.. chosen];
        for (var next = 0; next < places.Count; next++)
        {
            var gpu = new StrictGpu(model);
            chosen.ForEach(shape => gpu.Add(shape));
            if (gpu.Accepts(places[next]))
            {
                foreach (var state in States(model, [.. places.Skip(next + 1)], [.. chosen, places[next]]))
                {
                    yield return state;
                }
            }
        }
    }

    private static IEnumerable<SliceTie[]> Ties(int count) => Enumerable.Range(0, (int)Math.Pow(3, count))
        .Select(code => Enumerable.Range(0, count).Select(index => (SliceTie)(code / (int)Math.Pow(3, index) % 3)).ToArray());
}
