using System.Globalization;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>Metrics of what the agents report, collected from the GpuNodes at each scrape.</summary>
public static class GpuNodeSeries
{
    private const string Uncut = "Uncut";

    /// <summary>Collects <see cref="NosMetrics.Slices"/> and <see cref="NosMetrics.GpuMemory"/>.</summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The GpuNodes at this moment, in any order; called by any thread.</param>
    /// <param name="perGpu">Whether that many nodes are told GPU by GPU; else the <c>gpu</c> label is left out, and the numbers are a node's.</param>
    public static void CollectSlices(this MetricRegistry metrics, Func<IReadOnlyList<GpuNodeDocument>> read, Func<int, bool> perGpu)
    {
        metrics.Collect(NosMetrics.Slices, sink => EachNode(read(), perGpu, (node, detail) => AddSlices(sink, node, detail)));
        metrics.Collect(NosMetrics.GpuMemory, sink => EachNode(read(), perGpu, (node, detail) => AddMemory(sink, node, detail)));
    }

    /// <summary>Collects <see cref="NosMetrics.SliceInfo"/>. A share of a GPU by MPS has no UUID of its own and shows its GPU's.</summary>
    /// <param name="metrics">Where to.</param>
    /// <param name="read">The GpuNodes at this moment, in any order; called by any thread.</param>
    public static IDisposable CollectSliceInfo(this MetricRegistry metrics, Func<IReadOnlyList<GpuNodeDocument>> read) =>
        metrics.Collect(NosMetrics.SliceInfo, sink => EachNode(read(), _ => true, (node, _) => AddSliceInfo(sink, node)));

    private static void EachNode(IReadOnlyList<GpuNodeDocument> nodes, Func<int, bool> perGpu, Action<GpuNodeDocument, bool> add)
    {
        var detail = perGpu(nodes.Count);
        foreach (var node in nodes.OrderBy(node => node.Metadata.Name, StringComparer.Ordinal))
        {
            add(node, detail);
        }
    }

    private static void AddSlices(ISampleSink sink, GpuNodeDocument node, bool perGpu)
    {
        var counts = Gpus(node)
            .SelectMany(gpu => gpu.Slices.Select(slice => (Gpu: perGpu ? gpu.Index : -1, Profile: ProfileOf(slice), slice.State)))
            .CountBy(key => key)
            .OrderBy(count => count.Key.Gpu)
            .ThenBy(count => count.Key.Profile, StringComparer.Ordinal)
            .ThenBy(count => count.Key.State, StringComparer.Ordinal);
        foreach (var ((gpu, profile, state), count) in counts)
        {
            sink.Add(count, node.Metadata.Name, Label(gpu), node.Spec.Mode ?? "", profile, state);
        }
    }

    private static void AddMemory(ISampleSink sink, GpuNodeDocument node, bool perGpu)
    {
        var amounts = Gpus(node)
            .SelectMany(gpu => MemoryOf(gpu, node).Select(part => (Gpu: perGpu ? gpu.Index : -1, part.State, part.MiB)))
            .AggregateBy(part => (part.Gpu, part.State), 0L, (sum, part) => sum + part.MiB)
            .OrderBy(amount => amount.Key.Gpu)
            .ThenBy(amount => amount.Key.State, StringComparer.Ordinal);
        foreach (var ((gpu, state), mib) in amounts)
        {
            sink.Add(mib * 1024.0 * 1024.0, node.Metadata.Name, Label(gpu), state);
        }
    }

    private static void AddSliceInfo(ISampleSink sink, GpuNodeDocument node)
    {
        foreach (var gpu in Gpus(node).OrderBy(gpu => gpu.Index))
        {
            foreach (var slice in gpu.Slices.DistinctBy(slice => slice.Id).OrderBy(slice => slice.Id, StringComparer.Ordinal))
            {
                var user = slice.Pod?.Split('/') is [var ns, var pod, var container] ? (ns, pod, container) : ("", "", "");
                sink.Add(1, node.Metadata.Name, Label(gpu.Index), slice.Id, ProfileOf(slice), slice.Uuid ?? gpu.Uuid ?? "", user.Item1, user.Item2, user.Item3);
            }
        }
    }

    /// <summary>The three usual states are told even where they are empty, so that graphs do not break off.</summary>
    private static IEnumerable<(string State, long MiB)> MemoryOf(GpuStatus gpu, GpuNodeDocument node)
    {
        var product = Array.Find(node.Status!.Products, product => product.Product == gpu.Product);
        var parts = gpu.Slices.Select(slice => (slice.State, MiB: MiBOf(slice, product))).ToList();
        return parts.Append((SliceStates.Used, 0)).Append((SliceStates.Free, 0)).Append((Uncut, Math.Max(0, (product?.MemoryMiB ?? 0) - parts.Sum(part => part.MiB))));
    }

    private static long MiBOf(SliceStatus slice, ProductStatus? product) => slice.MemoryGB is { } shared ? shared * 1024L
        : product is null ? 0 : Array.Find(product.Profiles, profile => profile.Name == slice.Profile)?.MemoryMiB ?? 0;

    /// <summary>An agent's mistake must not make the exposition unreadable: of two GPUs of one index the first counts.</summary>
    private static IEnumerable<GpuStatus> Gpus(GpuNodeDocument node) => (node.Status?.Gpus ?? []).DistinctBy(gpu => gpu.Index);

    private static string ProfileOf(SliceStatus slice) => slice.Profile ?? (slice.MemoryGB is { } shared ? $"{shared}gb" : "");

    private static string Label(int gpu) => gpu < 0 ? "" : gpu.ToString(CultureInfo.InvariantCulture);
}
