using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cli.Status;

/// <summary>Draws GpuNodes.</summary>
internal static class ClusterView
{
    /// <summary>The nodes by name.</summary>
    /// <param name="nodes">As the API server has them.</param>
    /// <param name="names">Only these nodes; empty for all.</param>
    /// <param name="ns">Only GPUs of which a pod of that namespace uses a slice; <see langword="null"/> for all.</param>
    internal static IReadOnlyList<NodeView> Of(IEnumerable<GpuNodeDocument> nodes, IReadOnlyCollection<string> names, string? ns)
    {
        var models = new GpuModels();
        return
        [
            .. nodes.Where(node => names.Count == 0 || names.Contains(node.Metadata.Name))
                .Select(node => View(node, models))
                .Select(node => ns is null ? node : node with { Gpus = [.. node.Gpus.Where(gpu => gpu.Used.Any(slice => IsOf(slice, ns)))] })
                .Where(node => ns is null || node.Gpus.Count > 0)
                .OrderBy(node => node.Name, StringComparer.Ordinal),
        ];
    }

    private static bool IsOf(SliceView slice, string ns) => slice.Pod?.StartsWith(ns + "/", StringComparison.Ordinal) == true;

    private static NodeView View(GpuNodeDocument node, GpuModels models)
    {
        var ready = node.Status?.Conditions.FirstOrDefault(condition => condition.Type == "Ready");
        var why = ready is null || ready.Status == "True" ? null : string.Join(": ", new[] { ready.Reason, ready.Message }.Where(part => !string.IsNullOrEmpty(part)));
        return new NodeView(
            node.Metadata.Name,
            node.Spec.Mode ?? "",
            ready?.Status ?? "Unknown",
            string.IsNullOrEmpty(why) ? null : why,
            [.. (node.Status?.Gpus ?? []).OrderBy(gpu => gpu.Index).Select(gpu => View(gpu, ModelOf(gpu, node.Status!, models)))]);
    }

    private static GpuModel? ModelOf(GpuStatus gpu, GpuNodeStatus status, GpuModels models) =>
        status.Products.FirstOrDefault(product => product.Product == gpu.Product) is { } reported ? models.Of(reported) : GpuCatalog.Find(gpu.Product);

    private static GpuView View(GpuStatus gpu, GpuModel? model)
    {
        var used = gpu.Slices.Where(slice => slice.State == SliceStates.Used).Select(slice => Held(slice, model)).OfType<Slice>();
        return new GpuView(
            gpu.Index,
            gpu.Product,
            model is null ? "?" : new Gpu(gpu.Index, model, [.. used]).Draw(),
            [.. gpu.Slices.OrderBy(slice => slice.Start).ThenBy(slice => slice.Id, StringComparer.Ordinal).Select(View)]);
    }

    private static SliceView View(SliceStatus slice) => new(
        slice.Id,
        slice.Profile is null ? $"{slice.MemoryGB}gb" : SliceResource.Written(slice.Profile),
        slice.State,
        string.IsNullOrEmpty(slice.Pod) ? null : slice.Pod,
        string.IsNullOrEmpty(slice.Message) ? null : slice.Message);

    // What the GPU cannot have is listed, but not drawn.
    private static Slice? Held(SliceStatus slice, GpuModel? model) => (slice.Profile, slice.MemoryGB) switch
    {
        ({ } name, _) when model?.Find(name) is { } profile && slice.Start is { } start && start >= 0 && start + profile.MemorySlices <= model.MemorySlices =>
            new Slice(SliceShape.Mig(profile, start), SliceResource.Mig(profile.Name), SliceHold.Used),
        (null, { } memoryGB) => new Slice(SliceShape.Mps(memoryGB, 1), SliceResource.Mps(memoryGB), SliceHold.Used),
        _ => null,
    };
}
