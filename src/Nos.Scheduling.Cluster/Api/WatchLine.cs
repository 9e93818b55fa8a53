using System.Buffers;
using System.Net;
using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>Reads one line of a watch.</summary>
internal static class WatchLine
{
    /// <summary>The event, or <see langword="null"/> and why not.</summary>
    /// <exception cref="KubeApiException">The line is an ERROR event: the watch is over.</exception>
    public static WatchEvent<T>? Read<T>(KubeResource<T> resource, in ReadOnlySequence<byte> line, out UnreadableObject? unreadable)
        where T : class, IKubeDocument
    {
        try
        {
            var (type, json) = Split(line);
            if (type is null)
            {
                throw Error(json);
            }

            return ObjectReading.Read(resource, json, out unreadable) is { } document ? new WatchEvent<T>(type.Value, document) : null;
        }
        catch (JsonException failure)
        {
            unreadable = new UnreadableObject(resource.Kind, "?", failure.Message);
            return null;
        }
    }

    /// <summary>The event's type, <see langword="null"/> for ERROR, and its object.</summary>
    private static (WatchEventType? Type, ReadOnlySequence<byte> Json) Split(in ReadOnlySequence<byte> line)
    {
        var reader = new Utf8JsonReader(line, ObjectReading.Envelope);
        var isTyped = false;
        WatchEventType? type = null;
        ReadOnlySequence<byte>? json = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType)
            {
                type = ReadType(ref reader);
                isTyped = true;
            }

            var start = reader.TokenStartIndex;
            reader.Skip();
            if (isObject)
            {
                json = line.Slice(start, reader.BytesConsumed - start);
            }
        }

        return isTyped && json is { } found ? (type, found) : throw new JsonException("an event must have a type and an object");
    }

    private static WatchEventType? ReadType(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("an event's type must be a string");
        }

        return reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
            : reader.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
            : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
            : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
            : reader.ValueTextEquals("ERROR"u8) ? null
            : throw new JsonException($"unknown type of event '{reader.GetString()}'");
    }

    private static KubeApiException Error(in ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var status = JsonSerializer.Deserialize(ref reader, ApiJson.Default.StatusDocument);
        return KubeApiException.From((HttpStatusCode)(status?.Code ?? 500), status, "the watch was ended", null);
    }
}
