using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests;

/// <summary>Draws GPUs as MIG diagrams do: <c>#</c> held, <c>.</c> not; letters name slices that stand there.</summary>
internal static class Draw
{
    internal static GpuModel A100 { get; } = GpuCatalog.Find("NVIDIA-A100-SXM4-80GB")!;

    internal static GpuModel A30 { get; } = GpuCatalog.Find("NVIDIA-A30")!;

    internal static GpuModel H100 { get; } = GpuCatalog.Find("NVIDIA-H100-80GB-HBM3")!;

    internal static GpuModel Rtx { get; } = GpuCatalog.Find("NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition")!;

    internal static GpuModel A10 { get; } = GpuCatalog.Find("NVIDIA-A10")!;

    internal static SliceMask Mask(string drawing) =>
        new((ushort)Enumerable.Range(0, drawing.Length).Where(index => drawing[index] == '#').Sum(index => 1 << index));

    /// <summary>A GPU whose slices are given as <c>1g.10gb@3</c> (held) or <c>-1g.10gb@3</c> (free).</summary>
    internal static Gpu Gpu(GpuModel model, params string[] slices) => Gpu(0, model, slices);

    internal static Gpu Gpu(int index, GpuModel model, params string[] slices) => new(index, model, [.. slices.Select(text => Slice(model, text))]);

    internal static Slice Slice(GpuModel model, string text)
    {
        var hold = text[0] == '-' ? SliceHold.Free : SliceHold.Used;
        var parts = text.TrimStart('-').Split('@');
        var start = int.Parse(parts[1]);
        return model.Find(parts[0]) is { } profile
            ? new Slice(SliceShape.Mig(profile, start), SliceResource.Mig(profile.Name), hold, hold == SliceHold.Free ? null : "somebody")
            : new Slice(SliceShape.Mps(int.Parse(parts[0].Replace("gb", "")), start), SliceResource.Mps(int.Parse(parts[0].Replace("gb", ""))), hold, null, new MpsDemand(0, 1000));
    }

    /// <summary>A GPU with single memory slices held as drawn: no matter by which profile.</summary>
    internal static Gpu Held(GpuModel model, string drawing, int index = 0)
    {
        var smallest = model.Profiles[0] with { Name = "drawn", MemorySlices = 1, MaxInstances = 16, Starts = new SliceMask(ushort.MaxValue) };
        return new Gpu(index, model, [.. Enumerable.Range(0, drawing.Length).Where(place => drawing[place] == '#')
            .Select(place => new Slice(SliceShape.Mig(smallest, place), SliceResource.Mig("1g.10gb"), SliceHold.Used))]);
    }

    internal static Node Node(string name, params Gpu[] gpus) => new(name, PartitioningMode.Mig, Misfit.None, [.. gpus], new NodeRoom(64_000, 1L << 40, 110));

    internal static Node MpsNode(string name, params Gpu[] gpus) => new(name, PartitioningMode.Mps, Misfit.None, [.. gpus], new NodeRoom(64_000, 1L << 40, 110));

    internal static PodDemand Pod(params string[] slices) => PodDemand.Of([.. slices.Select((text, index) =>
        new ContainerDemand($"c{index}", ContainerKind.Main, Resource(text), 1, new MpsDemand(0, 1000)))]);

    internal static SliceResource Resource(string text) =>
        ProfileName.TryParse(text, out _) ? SliceResource.Mig(text) : SliceResource.Mps(int.Parse(text.Replace("gb", "")));
}
