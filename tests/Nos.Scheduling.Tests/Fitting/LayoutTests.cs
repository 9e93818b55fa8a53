using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Tests.Gpus;

namespace Nos.Scheduling.Tests.Fitting;

public sealed class LayoutTests
{
    public static TheoryData<string> Names => Layouts.Names;

    [Fact]
    public void Every_product_is_cut_in_one_of_the_ways_that_are_gone_through()
    {
        var ways = Layouts.All.Values.Select(Way).ToHashSet();

        Assert.All(GpuCatalog.Models.Where(model => model.MemorySlices > 0), model => Assert.Contains(Way(model), ways));

        static string Way(GpuModel model) => string.Join(';', model.Profiles.Select(profile =>
            $"{profile.ComputeSlices} {profile.MemorySlices} {profile.Starts} {profile.MaxInstances} {profile.Parts.Engines}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_every_state_exactly_the_profiles_fit_that_have_a_legal_place_left(string layout)
    {
        var model = Layouts.All[layout];
        var filters = model.Profiles.Select(profile => Draw.Pod(profile.Name)).ToArray();
        foreach (var state in Layouts.States(model))
        {
            var node = Draw.Node("n", Held(model, state));
            for (var index = 0; index < model.Profiles.Count; index++)
            {
                var profile = model.Profiles[index];
                var fits = profile.Placements.Any(place => Layouts.MayJoin(state, place));
                if (fits != ((node.Gpus[0].Open >> index & 1) == 1) || (fits ? Misfit.None : Misfit.NoOpenPlacement) != new NodeFilter(filters[index]).Check(node))
                {
                    Assert.Fail($"{profile} beside {string.Join(' ', state)}: {(fits ? "fits" : "does not fit")}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_state_has_more_instances_or_compute_than_the_GPU(string layout)
    {
        var model = Layouts.All[layout];
        var states = Layouts.States(model);
        var compute = states.Max(state => state.Sum(place => place.Profile.ComputeSlices));

        Assert.Equal(states.Count, states.Select(state => string.Join(' ', state.Select(place => place.ToString()).Order())).Distinct().Count());
        if (ListedProduct.All.FirstOrDefault(product => product.CatalogueLabels.Contains(layout)) is { } listed)
        {
            Assert.Equal(listed.MaxInstances, states.Max(state => state.Length));
            Assert.Equal(listed.ComputeSlices, compute);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void In_every_state_two_slices_fit_together_exactly_where_brute_force_finds_places_for_them(string layout)
    {
        var model = Layouts.All[layout];
        var pairs = (from first in model.Profiles from second in model.Profiles where string.CompareOrdinal(first.Name, second.Name) <= 0 select (first, second)).ToArray();
        var filters = Array.ConvertAll(pairs, pair => new NodeFilter(Draw.Pod(pair.first.Name, pair.second.Name)));
        foreach (var state in Layouts.States(model))
        {
            var node = Draw.Node("n", Held(model, state));
            for (var index = 0; index < pairs.Length; index++)
            {
                var fits = pairs[index].first.Placements.Any(one => Layouts.MayJoin(state, one)
                    && pairs[index].second.Placements.Any(other => Layouts.MayJoin([.. state, one], other)));
                if (fits != (filters[index].Check(node) == Misfit.None))
                {
                    Assert.Fail($"{pairs[index]} beside {string.Join(' ', state)}: {(fits ? "fit" : "do not fit")}");
                }
            }
        }
    }

    private static Gpu Held(GpuModel model, MigPlacement[] state) =>
        new(0, model, [.. state.Select(place => new Slice(SliceShape.Mig(place.Profile, place.Start), SliceResource.Mig(place.Profile.Name), SliceHold.Used))]);
}
