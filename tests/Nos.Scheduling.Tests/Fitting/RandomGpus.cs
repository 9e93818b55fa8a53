using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Fitting;

/// <summary>GPUs in states that can be, held and free slices mixed.</summary>
internal static class RandomGpus
{
    private static readonly SliceHold[] Holds = [SliceHold.Free, SliceHold.Free, SliceHold.Free, SliceHold.Free, SliceHold.Free, SliceHold.Used, SliceHold.Reserved, SliceHold.Covered];

    /// <summary>A node's GPUs of one model, cut and used anyhow.</summary>
    internal static Gen<Gpu[]> Mig(GpuModel model, int most) =>
        from count in Gen.Choose(1, most)
        from gpus in Gen.ArrayOf(State(model), count)
        select gpus.Select((slices, index) => new Gpu(index, model, slices)).ToArray();

    /// <summary>Names that a pod may ask for.</summary>
    internal static Gen<SliceResource[]> Asked(GpuModel model, int least, int most) =>
        from count in Gen.Choose(least, most)
        from names in Gen.ArrayOf(Gen.Elements(model.Names.ToArray()), count)
        select names.Select(SliceResource.Mig).ToArray();

    private static Gen<Slice[]> State(GpuModel model) =>
        from tries in Gen.Choose(0, 8)
        from steps in Gen.ArrayOf(
            from profile in Gen.Elements(model.Profiles.ToArray())
            from place in Gen.Elements(profile.Placements.ToArray())
            from hold in Gen.Elements(Holds)
            from name in Gen.Elements(model.Names.Where(name => model.Find(name) == profile).ToArray())
            select new Slice(SliceShape.Mig(profile, place.Start), SliceResource.Mig(name), hold, hold == SliceHold.Free ? null : "somebody"), tries)
        select Legal(steps);

    private static Slice[] Legal(Slice[] steps)
    {
        var (slices, state) = (new List<Slice>(), new List<MigPlacement>());
        foreach (var slice in steps)
        {
            var place = new MigPlacement(slice.Shape.Profile!, slice.Shape.Start);
            if (Layouts.MayJoin(state, place))
            {
                state.Add(place);
                slices.Add(slice);
            }
        }

        return [.. slices];
    }
}
