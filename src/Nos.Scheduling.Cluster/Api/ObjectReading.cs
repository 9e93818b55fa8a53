using System.Buffers;
using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Reads single objects, so that a bad one spoils no other.</summary>
internal static class ObjectReading
{
    /// <summary>Deeper than any object of ours; what is deeper is one bad object, not a bad list.</summary>
    public static JsonReaderOptions Envelope { get; } = new() { MaxDepth = 512 };

    /// <summary>The object, or <see langword="null"/> and why not.</summary>
    public static T? Read<T>(KubeResource<T> resource, in ReadOnlySequence<byte> json, out UnreadableObject? unreadable)
        where T : class, IKubeDocument
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var document = JsonSerializer.Deserialize(ref reader, resource.ObjectType);
            unreadable = document is null ? Describe(resource.Kind, json, "it is null") : null;
            return document;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or FormatException or InvalidOperationException)
        {
            unreadable = Describe(resource.Kind, json, failure.Message);
            return null;
        }
    }

    /// <summary>The name of an object that can't be read as a whole.</summary>
    public static UnreadableObject Describe(string kind, in ReadOnlySequence<byte> json, string reason)
    {
        WatchedMetadata.Identity? identity = null;
        try
        {
            var reader = new Utf8JsonReader(json, Envelope);
            identity = JsonSerializer.Deserialize(ref reader, ApiJson.Default.WatchedMetadata)?.Metadata;
        }
        catch (JsonException)
        {
            // Not even that: it stays nameless.
        }

        var name = identity?.Name is { } known ? (identity.Namespace is { } ns ? $"{ns}/{known}" : known) : "?";
        return new UnreadableObject(kind, name, reason);
    }
}
