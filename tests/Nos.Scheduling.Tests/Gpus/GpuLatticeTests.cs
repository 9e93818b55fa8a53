using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

public sealed class GpuLatticeTests
{
    public static TheoryData<string> Products => new(GpuCatalog.Models.Where(model => model.MemorySlices > 0).Select(model => model.Product));

    [Theory]
    [MemberData(nameof(Products))]
    public void Has_a_step_for_every_open_placement_of_every_mask_and_no_other(string product)
    {
        var model = GpuCatalog.Find(product)!;
        var lattice = model.Lattice;
        foreach (var held in Enumerable.Range(0, 1 << model.MemorySlices).Select(bits => new SliceMask((ushort)bits)))
        {
            var expected = model.Profiles.SelectMany((profile, index) => profile.Placements
                .Where(place => !place.Slices.Overlaps(held))
                .Select(place => (lattice.ShapeOf(index), lattice.StateOf(held | place.Slices)))).Distinct().Order();

            // A mask that no placements make up may tell slices of one unit apart; steps are for whole units.
            var whole = lattice.StepsFrom(lattice.StateOf(held)).ToArray().Select(step => (step.Shape, step.To)).Order().ToArray();
            Assert.Equal(expected, whole);
        }
    }

    [Fact]
    public void Counts_slices_that_are_always_taken_together_as_one()
    {
        Assert.Equal((4, 16), (Draw.Rtx.Lattice.Units, Draw.Rtx.Lattice.States));
        Assert.Equal((8, 256), (Draw.A100.Lattice.Units, Draw.A100.Lattice.States));
        Assert.Equal(0b0001, Draw.Rtx.Lattice.StateOf(Draw.Mask("###.........")));
    }

    [Fact]
    public void Takes_profiles_that_differ_by_media_engines_alone_for_one_shape()
    {
        Assert.Equal(["1g.24gb", "2g.48gb", "4g.96gb"], Draw.Rtx.Lattice.Shapes.ToArray());
        Assert.Equal(0, Draw.Rtx.Lattice.ShapeOf(Draw.Rtx.IndexOf("1g.24gb+me.all")));
    }

    [Fact]
    public void Names_a_shape_alike_whichever_of_its_names_the_model_leads_with()
    {
        var old = new GpuModel("old", 81920, 79, [new MigProfile("7g.79gb", 7, 8, 80640, SliceMask.Run(0, 1), 1)], new Dictionary<string, string> { ["7g.80gb"] = "7g.79gb" });

        Assert.Contains(Assert.Single(old.Lattice.Shapes), Draw.A100.Lattice.Shapes);
    }
}
