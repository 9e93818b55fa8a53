using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Makes the report of a node: <c>GpuNode.status</c>. Pure: equal views give equal reports.</summary>
internal static class StatusComposer
{
    /// <summary>The report; its conditions do not say yet since when they are so.</summary>
    public static GpuNodeStatus Compose(NodeView view) => new()
    {
        ObservedGeneration = view.Order.Generation,
        Driver = view.Machine.Driver,
        Products = [.. view.Machine.Gpus.Select(gpu => gpu.Model).DistinctBy(model => model.Product).Select(Product)],
        Gpus = [.. view.Machine.Gpus.Select(gpu => Gpu(gpu, view)).Concat(Imaginary(view)).OrderBy(gpu => gpu.Index)],
        Conditions = [.. new[] { NodeConditions.Ready(view), NodeConditions.Partitioned(view), NodeConditions.ClientsServed(view) }.OfType<Condition>()],
    };

    private static GpuStatus Gpu(GpuReading gpu, NodeView view) => new()
    {
        Index = gpu.Index,
        Uuid = gpu.Uuid,
        Product = gpu.Model.Product,
        Slices = [.. SliceStatuses.Of(gpu, view)],
    };

    /// <summary>GPUs that only the spec names: without product and uuid, to say on each of their slices that there is no such GPU.</summary>
    private static IEnumerable<GpuStatus> Imaginary(NodeView view) => view.Refused
        .Select(refusal => refusal.Gpu)
        .Distinct()
        .Where(index => view.Machine.Find(index) is null)
        .Select(index => new GpuStatus { Index = index, Slices = [.. SliceStatuses.Refused(index, view).DistinctBy(slice => slice.Id)] });

    private static ProductStatus Product(GpuModel model) => new()
    {
        Product = model.Product,
        MemoryMiB = model.MemoryMiB,
        UsableGB = model.UsableGB,
        Profiles = [.. model.Profiles.Select(profile => new ProfileStatus
        {
            Name = profile.Name,
            ComputeSlices = profile.ComputeSlices,
            MemorySlices = profile.MemorySlices,
            MemoryMiB = profile.MemoryMiB,
            Starts = [.. profile.Placements.Select(place => place.Start)],
            MaxInstances = profile.MaxInstances,
        })],
    };
}
