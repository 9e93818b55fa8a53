using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent;

/// <summary>Slices as tests write them: <c>1g.10gb@3</c> and <c>10gb#1</c>; several in one text, apart by spaces.</summary>
internal static class Slices
{
    public static SliceShape Shape(GpuModel model, string text)
    {
        var parts = text.Split('@', '#');
        return model.Find(parts[0]) is { } profile
            ? SliceShape.Mig(profile, int.Parse(parts[1]))
            : SliceShape.Mps(int.Parse(parts[0].Replace("gb", "")), int.Parse(parts[1]));
    }

    public static SlicePlace Place(GpuModel model, string text, int gpu = 0) => new(gpu, Shape(model, text));

    public static IEnumerable<string> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static SliceSpec Entry(string text, int gpu = 0)
    {
        var parts = text.Split('@', '#');
        var written = SliceResource.Written(parts[0]);
        return text.Contains('@')
            ? new SliceSpec { Id = $"{gpu}-{written}-{parts[1]}", Profile = parts[0], Start = int.Parse(parts[1]), Resource = $"nvidia.com/mig-{written}" }
            : new SliceSpec { Id = $"{gpu}-{written}-{parts[1]}", MemoryGB = int.Parse(parts[0].Replace("gb", "")), Resource = $"nvidia.com/gpu-{written}" };
    }

    public static GpuSpec Gpu(int index, string slices) => new() { Index = index, Slices = [.. Words(slices).Select(text => Entry(text, index))] };

    public static GpuNodeSpec Spec(params string[] gpus) => new() { Gpus = [.. gpus.Select((slices, index) => Gpu(index, slices))] };

    public static GpuGoal Goal(GpuModel model, string slices)
    {
        var goals = Words(slices).Select(text => Goal(Shape(model, text))).ToList();
        return new GpuGoal(0, goals, IsEmpty: goals.Count == 0);
    }

    public static SliceGoal Goal(SliceShape shape) => new(shape.IdOn(0), shape, SpecEntry.Plain(shape), null);
}
