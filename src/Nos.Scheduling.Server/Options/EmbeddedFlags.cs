using System.Globalization;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Options;

/// <summary>The types of values that only the embedded cluster's flags have.</summary>
internal static partial class EmbeddedFlags
{
    private const int MostNodes = 10_000;
    private const int MostGpus = 16;
    private const int MostPods = 1_000_000;

    /// <summary>Groups of nodes joined by commas, <c>COUNTxGPUSxPRODUCT:MODE</c> each.</summary>
    internal static FlagKind<IReadOnlyList<EmbeddedNodes>> Nodes { get; } = new(
        "NODES", "COUNTxGPUSxPRODUCT:mig or COUNTxGPUSxPRODUCT:mps, several joined by commas", ReadNodes, groups => string.Join(',', groups))
    {
        Judge = groups => groups.Sum(group => group.Count) <= MostNodes ? null : $"must name at most {MostNodes} nodes together",
    };

    /// <summary><c>demo</c> or a number.</summary>
    internal static FlagKind<EmbeddedPods> Pods { get; } = new("demo|NUMBER", $"demo or a whole number from 0 to {MostPods}", ReadPods, pods => pods.ToString());

    private static FlagReading<EmbeddedPods> ReadPods(string text) => text == "demo" ? new(default, null)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MostPods ? new(new EmbeddedPods(count), null)
        : new(default, $"must be {Pods.Allowed}");

    private static FlagReading<IReadOnlyList<EmbeddedNodes>> ReadNodes(string text)
    {
        var groups = text.Split(',', StringSplitOptions.TrimEntries).Select(ReadGroup).ToList();
        return groups.Find(group => group.Fault is not null).Fault is { } fault ? new(null, fault) : new([.. groups.Select(group => group.Value!)], null);
    }

    private static FlagReading<EmbeddedNodes> ReadGroup(string text)
    {
        var match = Group().Match(text);
        if (!match.Success)
        {
            return new(null, $"must be {Nodes.Allowed}, such as 3x8xNVIDIA-A100-SXM4-80GB:mig, unlike \"{text}\"");
        }

        if (!int.TryParse(match.Groups["nodes"].Value, CultureInfo.InvariantCulture, out var nodes) || nodes is < 1 or > MostNodes
            || !int.TryParse(match.Groups["gpus"].Value, CultureInfo.InvariantCulture, out var gpus) || gpus is < 1 or > MostGpus)
        {
            return new(null, $"must name 1 to {MostNodes} nodes of 1 to {MostGpus} GPUs, unlike \"{text}\"");
        }

        var mode = match.Groups["mode"].Value == "mig" ? PartitioningMode.Mig : PartitioningMode.Mps;
        return GpuProducts.Read(match.Groups["product"].Value).Then(model => mode == PartitioningMode.Mig && model.Profiles.Count == 0
            ? new FlagReading<EmbeddedNodes>(null, $"asks for MIG on {model.Product}, which knows no MIG; write {model.Product}:mps")
            : new FlagReading<EmbeddedNodes>(new EmbeddedNodes(nodes, gpus, model, mode), null));
    }

    [GeneratedRegex(@"\A(?<nodes>[0-9]+)x(?<gpus>[0-9]+)x(?<product>[^:]+):(?<mode>mig|mps)\z")]
    private static partial Regex Group();
}
