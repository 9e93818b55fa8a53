using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>One GpuNode as written.</summary>
internal sealed class GpuNodeSeen
{
    private readonly JsonObject _written;
    private readonly Dictionary<int, ProductSeen> _products;

    public GpuNodeSeen(JsonObject written)
    {
        _written = written;
        var products = (written.At("status", "products")?.AsArray() ?? []).Select(product => ProductSeen.Of(product!)).ToDictionary(product => product.Product);
        _products = Gpus("status").Where(gpu => products.ContainsKey(gpu.Node.Text("product") ?? ""))
            .ToDictionary(gpu => gpu.Index, gpu => products[gpu.Node.Text("product")!]);
        Wanted = [.. Gpus("spec").SelectMany(gpu => Slices(gpu.Node).Select(slice => SliceSeen.Of(gpu.Index, slice)))];
        Reported = [.. Gpus("status").SelectMany(gpu => Slices(gpu.Node).Select(slice => SliceSeen.Of(gpu.Index, slice)))];
    }

    public string Name => _written.Name();

    public string? Mode => _written.Text("spec", "mode");

    /// <summary>Whether the leader has said what it wants; absent means "touch nothing".</summary>
    public bool IsAdopted => _written.At("spec", "gpus") is JsonArray;

    public bool IsDeleting => _written.Text("metadata", "deletionTimestamp") is not null;

    public bool HasStatus => _written["status"] is not null;

    public bool IsReady => Conditions.Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True");

    public long Generation => long.Parse(_written.Text("metadata", "generation") ?? "0", CultureInfo.InvariantCulture);

    public long ObservedGeneration => long.Parse(_written.Text("status", "observedGeneration") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>The GPUs that the agent reports, in their order.</summary>
    public IEnumerable<int> Indexes => _products.Keys.Order();

    /// <summary>The spec's slices.</summary>
    public IReadOnlyList<SliceSeen> Wanted { get; }

    /// <summary>The status' slices.</summary>
    public IReadOnlyList<SliceSeen> Reported { get; }

    /// <summary>Null where the agent reports no such GPU.</summary>
    public ProductSeen? Product(int gpu) => _products.GetValueOrDefault(gpu);

    public SliceSeen? FindWanted(string id) => Wanted.FirstOrDefault(slice => slice.Id == id);

    public SliceSeen? FindReported(string id) => Reported.FirstOrDefault(slice => slice.Id == id);

    /// <summary>The one name that a slice is advertised under: the spec's, else its own.</summary>
    public string ResourceOf(SliceSeen slice) => FindWanted(slice.Id)?.Resource ?? slice.Resource ?? PlainResourceOf(slice);

    private IEnumerable<JsonNode?> Conditions => _written.At("status", "conditions")?.AsArray() ?? [];

    private static string PlainResourceOf(SliceSeen slice) =>
        slice.Profile is { } profile ? $"nvidia.com/mig-{profile.Replace('+', '.')}" : $"nvidia.com/gpu-{slice.MemoryGB}gb";

    private IEnumerable<(int Index, JsonNode Node)> Gpus(string part) =>
        (_written.At(part, "gpus")?.AsArray() ?? []).Select(gpu => ((int)gpu!["index"]!, gpu));

    private static IEnumerable<JsonNode> Slices(JsonNode gpu) => (gpu["slices"]?.AsArray() ?? []).Select(slice => slice!);
}
