using FsCheck;
using FsCheck.Fluent;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Tests.Preempting;

/// <summary>Clusters that are mostly full, of pods with and without quotas, and a pod that waits.</summary>
internal static class RandomStages
{
    internal sealed record Case(Stage Stage, Preemptor Preemptor, string[] Spared, int Seed);

    /// <param name="nodes">So many nodes at most, with one or two GPUs each.</param>
    /// <param name="least">So many pods on each at least.</param>
    /// <param name="most">So many pods on each at most.</param>
    internal static Gen<Case> Any(int nodes, int least, int most) =>
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Of(new Random(seed), seed, nodes, least, most);

    private static Case Of(Random dice, int seed, int nodes, int least, int most)
    {
        var isMig = dice.Next(3) > 0;
        var model = isMig ? dice.Next(2) == 0 ? Draw.A30 : Draw.A100 : new GpuModel("drawn", 20 * 1024, 16, []);
        var names = Enumerable.Range(0, dice.Next(1, nodes + 1)).Select(index => $"n{index}").ToArray();
        var gpus = dice.Next(1, 3);
        string[] budgets = ["x", "y"];
        var pods = names.SelectMany(node => Pods(dice, node, model, gpus, dice.Next(least, most + 1), budgets)).ToArray();
        Quota Quota(string space) => new(
            new QuotaKey(space, "q", false), space == "a" ? ["a", "a2"] : [space],
            Staged.Amounts([(Staged.Gpu, dice.Next(0, 5) * 10), .. dice.Next(2) == 0 ? [("cpu", dice.Next(0, 6))] : Array.Empty<(string, long)>()]),
            dice.Next(4) == 0 ? Staged.Amounts((Staged.Gpu, 60)) : default, Staged.Noon);
        var stage = new Stage(pods)
        {
            Model = model,
            Mode = isMig ? PartitioningMode.Mig : PartitioningMode.Mps,
            Gpus = gpus,
            Nodes = names,
            Allocatable = new NodeRoom(dice.Next(4, 12), 1 << 20, dice.Next(3) == 0 ? most : 110),
            Quotas = [Quota("a"), Quota("b"), Quota("c")],
            Budgets = new() { ["x"] = 1, ["y"] = dice.Next(2) },
            ReclaimsUnquoted = dice.Next(2) == 0,
        };
        var asked = Enumerable.Range(0, new[] { 0, 1, 1, 1, 1, 2 }[dice.Next(6)]).Select(_ => Size(dice, model)).ToArray();
        var preemptor = Stage.Waiting(Space(dice), dice.Next(4), dice.Next(3) == 0 ? dice.Next(1, 6) : 0, 0, asked);
        return new Case(stage, preemptor, [.. pods.Where(_ => dice.Next(12) == 0).Select(pod => pod.Name)], seed);
    }

    private static IEnumerable<Staged> Pods(Random dice, string node, GpuModel model, int gpus, int count, string[] budgets)
    {
        var held = Enumerable.Range(0, gpus).Select(gpu => new Gpu(gpu, model, [])).ToArray();
        for (var index = 0; index < count; index++)
        {
            var slices = Enumerable.Range(0, dice.Next(8) switch { 0 => 0, 1 => 2, _ => 1 }).Select(_ => Place(dice, held, model)).OfType<string>().ToArray();
            yield return new Staged($"{node}p{index}", Space(dice), slices)
            {
                Node = node,
                Priority = dice.Next(3),
                Cpu = dice.Next(3),
                Minutes = dice.Next(1, 4) * 10,
                Budgets = [.. budgets.Where(_ => dice.Next(4) == 0)],
                IsTerminating = dice.Next(10) == 0,
                IsProtected = dice.Next(12) == 0,
                Hold = dice.Next(8) == 0 ? SliceHold.Covered : SliceHold.Used,
                Mps = new MpsDemand(dice.Next(3) * 20, dice.Next(6) == 0 ? 2000 : 1000),
            };
        }
    }

    private static string? Place(Random dice, Gpu[] held, GpuModel model)
    {
        var (at, size) = (dice.Next(held.Length), Size(dice, model));
        var gpu = held[at];
        var shapes = model.Find(size) is { } profile
            ? profile.Placements.Where(place => (gpu.Open & model.BitOf(size)) != 0 && !place.Slices.Overlaps(gpu.Held)).Select(place => SliceShape.Mig(profile, place.Start)).ToArray()
            : gpu.HeldGB + Draw.Resource(size).MemoryGB <= model.UsableGB ? [SliceShape.Mps(Draw.Resource(size).MemoryGB, gpu.Slices.Count + 1)] : [];
        if (shapes.Length == 0)
        {
            return null;
        }

        var shape = shapes[dice.Next(shapes.Length)];
        held[at] = gpu.With(new Slice(shape, Draw.Resource(size), SliceHold.Used), []);
        return $"{at}:{size}@{shape.Start}";
    }

    private static string Size(Random dice, GpuModel model) => model.Profiles.Count == 0 ? $"{dice.Next(1, 9)}gb" : model.Profiles[dice.Next(model.Profiles.Count)].Name;

    private static string Space(Random dice) => new[] { "a", "a", "a2", "b", "b", "c", "free" }[dice.Next(7)];
}
