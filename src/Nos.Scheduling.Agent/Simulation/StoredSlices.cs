using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Reads slices back out of a report or a state file, both written as <c>GpuNode.status</c>, and writes them so.</summary>
internal static class StoredSlices
{
    /// <summary>The slices that existed when it was written, with who used them. What this machine cannot have is left out.</summary>
    /// <param name="stored">The report.</param>
    /// <param name="model">The model of the machine's GPUs.</param>
    /// <param name="count">How many there are.</param>
    public static IReadOnlyList<(SimulatedSlice Slice, SliceUse? Use)> Read(GpuNodeStatus stored, GpuModel model, int count)
    {
        var slices = new List<(SimulatedSlice, SliceUse?)>();
        foreach (var gpu in stored.Gpus.Where(gpu => gpu.Index >= 0 && gpu.Index < count && gpu.Product == model.Product).DistinctBy(gpu => gpu.Index))
        {
            var present = new List<SliceShape>();
            foreach (var slice in gpu.Slices.Where(Existed))
            {
                if (ShapeOf(gpu.Index, slice, model) is { } shape && !present.Contains(shape) && Coexistence.Obstacle(model, gpu.Index, present, shape) is null)
                {
                    present.Add(shape);
                    slices.Add((new SimulatedSlice(new SlicePlace(gpu.Index, shape), IdentityOf(slice)), UseOf(slice)));
                }
            }
        }

        return slices;
    }

    /// <summary>Writes the slices down; who uses them is kubelet's to know.</summary>
    public static GpuNodeStatus Write(IEnumerable<SimulatedSlice> slices, GpuModel model) => new()
    {
        Gpus = [.. slices.GroupBy(slice => slice.Place.Gpu).OrderBy(group => group.Key).Select(gpu => new GpuStatus
        {
            Index = gpu.Key,
            Product = model.Product,
            Slices = [.. gpu.Select(slice => new SliceStatus
            {
                Id = slice.Place.Id,
                Profile = slice.Place.Shape.Profile?.Name,
                Start = slice.Place.Shape.Profile is null ? null : slice.Place.Shape.Start,
                MemoryGB = slice.Place.Shape.Profile is null ? slice.Place.Shape.MemoryGB : null,
                Uuid = slice.Uuid,
                State = SliceStates.Free,
            })],
        })],
    };

    /// <summary>One that could not be made was never advertised, neither so nor otherwise; one that could not be destroyed was withdrawn.</summary>
    private static bool Existed(SliceStatus slice) =>
        slice.State is SliceStates.Free or SliceStates.Used or SliceStates.Deleting || (slice.State == SliceStates.Failed && slice.Advertised is not null);

    private static SliceShape? ShapeOf(int gpu, SliceStatus slice, GpuModel model)
    {
        // The spec's reader knows what can be; what an old report says is read as a wish.
        var asWished = new SliceSpec { Id = slice.Id, Profile = slice.Profile, Start = slice.Start, MemoryGB = slice.MemoryGB };
        var mode = slice.Profile is null ? PartitioningMode.Mps : PartitioningMode.Mig;
        return SpecEntry.Read(gpu, asWished, model, mode, out _)?.Shape;
    }

    private static Guid IdentityOf(SliceStatus slice) =>
        slice.Uuid?.StartsWith("MIG-", StringComparison.Ordinal) == true && Guid.TryParse(slice.Uuid.AsSpan(4), out var identity) ? identity : Guid.NewGuid();

    private static SliceUse? UseOf(SliceStatus slice) => slice.State == SliceStates.Used && slice.Pod is { } pod ? new SliceUse(pod, slice.PodUid) : null;
}
