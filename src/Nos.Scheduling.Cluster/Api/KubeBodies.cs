using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Writes the bodies of requests and reads those of answers.</summary>
internal static class KubeBodies
{
    internal static readonly MediaTypeHeaderValue Json = new("application/json");
    internal static readonly MediaTypeHeaderValue MergePatch = new("application/merge-patch+json");

    internal static ReadOnlyMemoryContent Body(JsonObject json, MediaTypeHeaderValue type) =>
        Body(JsonSerializer.SerializeToUtf8Bytes(json, ApiJson.Default.JsonObject), type);

    internal static ReadOnlyMemoryContent Body<T>(T document, JsonTypeInfo<T> typeInfo) => Body(JsonSerializer.SerializeToUtf8Bytes(document, typeInfo), Json);

    internal static ReadOnlyMemoryContent Body(ReadOnlyMemory<byte> json, MediaTypeHeaderValue type) => new(json) { Headers = { ContentType = type } };

    internal static async ValueTask<T> ReadAsync<T>(Stream body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        await JsonSerializer.DeserializeAsync(body, type, cancellation).ConfigureAwait(false) ?? throw new JsonException("it is null");

    internal static async ValueTask<JsonObject> ReadObjectAsync(Stream body, CancellationToken cancellation) =>
        await JsonNode.ParseAsync(body, cancellationToken: cancellation).ConfigureAwait(false) as JsonObject ?? throw new JsonException("it is no object");
}
