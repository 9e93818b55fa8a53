using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Nos.Scheduling.Agent.Simulation;

/// <summary>Reads the file of <c>--simulated-faults</c>: <c>node-1: {create: refuse, destroy: hang, allocate: swap}</c>, one line a node.</summary>
internal static class FaultsYaml
{
    /// <summary>What goes wrong, by node. An empty file means nothing does.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says where and what to write.</exception>
    public static IReadOnlyDictionary<string, NodeFaults> Parse(string text)
    {
        var faults = new Dictionary<string, NodeFaults>(StringComparer.Ordinal);
        if (Root(text) is not { } root)
        {
            return faults;
        }

        foreach (var (key, value) in root)
        {
            faults[Scalar(key)] = Node(Mapping(value, $"the faults of {Scalar(key)}"));
        }

        return faults;
    }

    private static YamlMappingNode? Root(string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException broken)
        {
            throw new FormatException($"line {broken.Start.Line}: {broken.Message}", broken);
        }

        var root = yaml.Documents.FirstOrDefault()?.RootNode;
        return root is null or YamlScalarNode { Value: null or "" or "null" or "~" } ? null : Mapping(root, "the file");
    }

    private static NodeFaults Node(YamlMappingNode written)
    {
        var faults = NodeFaults.None;
        foreach (var (key, value) in written)
        {
            faults = Scalar(key) switch
            {
                "create" => faults with { Create = Step(value) },
                "destroy" => faults with { Destroy = Step(value) },
                "allocate" => Scalar(value) == "swap" ? faults with { Swaps = true } : throw Wrong(value, "allocate can be swap"),
                _ => throw Wrong(key, "a node has create, destroy and allocate"),
            };
        }

        return faults;
    }

    private static StepFault Step(YamlNode value) => Scalar(value) switch
    {
        "refuse" => StepFault.Refuse,
        "hang" => StepFault.Hang,
        _ => throw Wrong(value, "a step can refuse or hang"),
    };

    private static YamlMappingNode Mapping(YamlNode node, string what) => node as YamlMappingNode ?? throw Wrong(node, $"{what} must be a mapping, node: {{create: refuse}}");

    private static string Scalar(YamlNode node) => (node as YamlScalarNode)?.Value ?? throw Wrong(node, "a word is expected");

    private static FormatException Wrong(YamlNode node, string rule) => new($"line {node.Start.Line}: {rule}, not {node}");
}
