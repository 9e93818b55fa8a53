using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>One version of one object. Never changed: the next version is another one.</summary>
/// <param name="Key"><c>namespace/name</c>, or the name where there are no namespaces.</param>
/// <param name="Uid">The object's identity.</param>
/// <param name="Version">Its resourceVersion.</param>
/// <param name="Json">The object as UTF-8, resourceVersion included.</param>
internal sealed record StoredObject(string Key, string Uid, long Version, byte[] Json)
{
    /// <summary>The name, without namespace.</summary>
    public string Name => Key[(Key.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>A copy that may be changed.</summary>
    public JsonObject Read() => JsonNode.Parse(Json)!.AsObject();

    /// <summary>The key of an object.</summary>
    public static string KeyOf(string? ns, string name) => ns is null ? name : $"{ns}/{name}";
}
