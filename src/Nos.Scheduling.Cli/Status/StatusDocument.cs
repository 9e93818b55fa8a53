using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cli.Status;

/// <summary><c>status</c> for programs.</summary>
internal static class StatusDocument
{
    internal static JsonObject Of(IReadOnlyList<NodeView> nodes) => new() { ["nodes"] = new JsonArray([.. nodes.Select(Of)]) };

    private static JsonObject Of(NodeView node) => Filled(
        ("name", node.Name), ("mode", node.Mode), ("ready", node.Ready), ("why", node.Why), ("gpus", new JsonArray([.. node.Gpus.Select(Of)])));

    private static JsonObject Of(GpuView gpu) => Filled(
        ("index", gpu.Index),
        ("product", gpu.Product),
        ("map", gpu.Map),
        ("used", gpu.Used.Count()),
        ("free", gpu.Free.Count()),
        ("slices", new JsonArray([.. gpu.Slices.Select(Of)])));

    private static JsonObject Of(SliceView slice) => Filled(
        ("id", slice.Id), ("shape", slice.Shape), ("state", slice.State), ("pod", slice.Pod), ("message", slice.Message));

    private static JsonObject Filled(params (string Name, JsonNode? Value)[] entries) =>
        new(entries.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Name, entry.Value)));
}
