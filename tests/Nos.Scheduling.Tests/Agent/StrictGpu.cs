using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent;

/// <summary>
/// A GPU written down a second time, slot by slot, without the production rules: what it accepts is legal, what it refuses is not.
/// Steps that it takes without complaint cannot have been right by luck.
/// </summary>
internal sealed class StrictGpu(GpuModel model)
{
    private readonly Dictionary<SliceShape, bool> slices = [];

    public IReadOnlyCollection<SliceShape> Shapes => slices.Keys;

    public string Drawing => new([.. Enumerable.Range(0, model.MemorySlices).Select(slot => slices.Keys.Any(shape => Covers(shape, slot)) ? '#' : '.')]);

    public StrictGpu Add(SliceShape shape, bool inUse = false)
    {
        Assert.True(Accepts(shape), $"{shape} cannot be on {model} beside {string.Join(", ", slices.Keys)}");
        slices.Add(shape, inUse);
        return this;
    }

    public bool Accepts(SliceShape shape)
    {
        var all = slices.Keys.Append(shape).ToList();
        if (all.Count != all.Distinct().Count() || all.Select(slice => slice.Profile is null).Distinct().Count() > 1)
        {
            return false;
        }

        if (shape.Profile is null)
        {
            return all.Sum(slice => slice.MemoryGB) <= model.UsableGB && all.Count <= 48;
        }

        var slots = Enumerable.Range(0, model.MemorySlices).All(slot => all.Count(slice => Covers(slice, slot)) <= 1);
        var limits = all.GroupBy(slice => slice.Profile!.Name).All(like => like.Count() <= model.Find(like.Key)!.MaxInstances);
        var names = all.Select(slice => slice.Profile!.Name).ToList();
        var engines = names.Count(name => name.EndsWith("+me", StringComparison.Ordinal)) <= 1
            && (!names.Exists(name => name.EndsWith("+me.all", StringComparison.Ordinal)) || names.Count(name => !name.EndsWith("-me", StringComparison.Ordinal)) == 1);
        return slots && limits && engines;
    }

    public void Take(IEnumerable<SliceStep> steps)
    {
        foreach (var step in steps)
        {
            switch (step)
            {
                case SliceStep.Destroy:
                    Assert.True(slices.TryGetValue(step.Shape, out var inUse), $"{step.Shape} is not there");
                    Assert.False(inUse, $"{step.Shape} is in use");
                    slices.Remove(step.Shape);
                    break;
                case SliceStep.Create:
                    Add(step.Shape);
                    break;
                default:
                    break;
            }
        }
    }

    private static bool Covers(SliceShape shape, int slot) => slot >= shape.Start && slot < shape.Start + (shape.Profile?.MemorySlices ?? 0);
}
