using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>
/// Reads one page of a list as it arrives, item by item: the page is never in memory as a whole, and an item that can't be read is skipped.
/// </summary>
/// <param name="resource">The kind.</param>
/// <param name="items">Where the items go.</param>
/// <param name="unreadable">Told of items that were skipped.</param>
internal sealed class ListReader<T>(KubeResource<T> resource, List<T> items, Action<UnreadableObject> unreadable)
    where T : class, IKubeDocument
{
    private const int BufferBytes = 64 * 1024;

    private JsonReaderState state = new(ObjectReading.Envelope);
    private Place place = Place.Start;

    private enum Place
    {
        Start,
        List,
        Items,
        End,
    }

    /// <summary>What the page says of itself.</summary>
    public ListMeta Metadata { get; private set; } = new();

    /// <exception cref="JsonException">The body is no list.</exception>
    public async ValueTask ReadAsync(Stream body, CancellationToken cancellation)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        try
        {
            ReadResult read;
            do
            {
                read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
                var consumed = Take(read.Buffer, read.IsCompleted);
                reader.AdvanceTo(consumed, read.Buffer.End);
            }
            while (!read.IsCompleted);
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }

        if (place != Place.End)
        {
            throw new JsonException("the list ends too early");
        }
    }

    private SequencePosition Take(in ReadOnlySequence<byte> buffer, bool isLast)
    {
        var json = new Utf8JsonReader(buffer, isLast, state);
        Utf8JsonReader before;
        do
        {
            before = json;
        }
        while (TryStep(ref json, buffer));

        // What could not be taken whole is read again, from its beginning, with what comes next.
        state = before.CurrentState;
        return before.Position;
    }

    private bool TryStep(ref Utf8JsonReader json, in ReadOnlySequence<byte> buffer) => place switch
    {
        Place.Start => TryStart(ref json),
        Place.List => TryProperty(ref json, buffer),
        Place.Items => TryItem(ref json, buffer),
        _ => false,
    };

    private bool TryStart(ref Utf8JsonReader json)
    {
        if (!json.Read())
        {
            return false;
        }

        place = json.TokenType == JsonTokenType.StartObject ? Place.List : throw new JsonException("a list must be an object");
        return true;
    }

    private bool TryProperty(ref Utf8JsonReader json, in ReadOnlySequence<byte> buffer)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.EndObject)
        {
            place = Place.End;
            return true;
        }

        var isItems = json.ValueTextEquals("items"u8);
        var isMetadata = json.ValueTextEquals("metadata"u8);
        if (!json.Read())
        {
            return false;
        }

        if (isItems && json.TokenType == JsonTokenType.StartArray)
        {
            place = Place.Items;
            return true;
        }

        var start = json.TokenStartIndex;
        if (!json.TrySkip())
        {
            return false;
        }

        if (isMetadata)
        {
            var metadata = new Utf8JsonReader(buffer.Slice(start, json.BytesConsumed - start));
            Metadata = JsonSerializer.Deserialize(ref metadata, KubeJson.Default.ListMeta) ?? new();
        }

        return true;
    }

    private bool TryItem(ref Utf8JsonReader json, in ReadOnlySequence<byte> buffer)
    {
        if (!json.Read())
        {
            return false;
        }

        if (json.TokenType == JsonTokenType.EndArray)
        {
            place = Place.List;
            return true;
        }

        var start = json.TokenStartIndex;
        if (!json.TrySkip())
        {
            return false;
        }

        if (ObjectReading.Read(resource, buffer.Slice(start, json.BytesConsumed - start), out var skipped) is { } item)
        {
            items.Add(item);
        }
        else
        {
            unreadable(skipped!);
        }

        return true;
    }
}
