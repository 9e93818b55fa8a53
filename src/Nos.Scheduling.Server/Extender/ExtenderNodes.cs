using System.Text.Json;

namespace Nos.Scheduling.Server.Extender;

/// <summary>A NodeList whose items are handed back as they came: the scheduler goes on with what it gets back.</summary>
internal sealed record ExtenderNodes
{
    /// <summary>The nodes, untouched.</summary>
    public JsonElement[] Items { get => field ?? []; init; }

    /// <summary>Their names; empty for an item that has none.</summary>
    internal string[] Names() => Array.ConvertAll(Items, item =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "");
}
