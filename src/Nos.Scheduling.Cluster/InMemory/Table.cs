using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>All objects of one kind. Writers take turns; readers and watchers take a version and never hold a writer up.</summary>
internal sealed class Table(InMemoryKind kind, VersionCounter versions, int mostChanges, long mostChangedBytes)
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();
    private readonly ChangeLog log = new(mostChanges, mostChangedBytes);
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Queue<string> arrivals = new();
    private volatile ImmutableSortedDictionary<string, StoredObject> objects = ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal);
    private TaskCompletionSource changed = NewSignal();

    /// <summary>The kind of its objects.</summary>
    public InMemoryKind Kind => kind;

    /// <summary>Completes at the next write. Take it before looking, or a write may slip in between.</summary>
    public Task NextChange => Volatile.Read(ref changed).Task;

    /// <summary>The object, or <see langword="null"/>.</summary>
    public StoredObject? Find(string key) => objects.GetValueOrDefault(key);

    /// <summary>All objects by key, and the version that they are the state of.</summary>
    public (ImmutableSortedDictionary<string, StoredObject> Objects, long Version) Snapshot()
    {
        lock (gate)
        {
            return (objects, versions.Current);
        }
    }

    /// <summary>The writes after a version, oldest first, and the version up to which that is all.</summary>
    /// <returns><see langword="null"/> where the version is too old.</returns>
    public long? CopyChanges(long after, int most, List<Change> copy)
    {
        lock (gate)
        {
            if (after < log.ForgottenUpTo)
            {
                return null;
            }

            log.CopyAfter(after, most, copy);
            return copy.Count == most ? copy[^1].Version : versions.Current;
        }
    }

    /// <summary>Stores the object, if nobody has written since <paramref name="expected"/>.</summary>
    /// <param name="key">The object's key.</param>
    /// <param name="expected">What was read; <see langword="null"/> for nothing.</param>
    /// <param name="next">The object to store; its resourceVersion is set.</param>
    /// <returns>What was stored; <see langword="null"/> where another was first.</returns>
    public StoredObject? TryStore(string key, StoredObject? expected, JsonObject next)
    {
        lock (gate)
        {
            if (!ReferenceEquals(objects.GetValueOrDefault(key), expected))
            {
                return null;
            }

            var stored = Write(key, next);
            objects = objects.SetItem(key, stored);
            Publish(new Change(stored.Version, expected, stored, false));
            if (expected is null && kind.MostObjects is { } most)
            {
                MakeRoom(key, most);
            }

            return stored;
        }
    }

    /// <summary>Removes the object, if nobody has written since <paramref name="expected"/>.</summary>
    public bool TryRemove(StoredObject expected)
    {
        lock (gate)
        {
            if (!ReferenceEquals(objects.GetValueOrDefault(expected.Key), expected))
            {
                return false;
            }

            Remove(expected);
            return true;
        }
    }

    /// <summary>Wakes all watches up, so that they see that the server has stopped.</summary>
    public void Wake() => Interlocked.Exchange(ref changed, NewSignal()).TrySetResult();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void MakeRoom(string key, int most)
    {
        arrivals.Enqueue(key);
        while (objects.Count > most && arrivals.TryDequeue(out var oldest))
        {
            if (objects.TryGetValue(oldest, out var stored))
            {
                Remove(stored);
            }
        }
    }

    private void Remove(StoredObject stored)
    {
        objects = objects.Remove(stored.Key);
        var last = Write(stored.Key, stored.Read());
        Publish(new Change(last.Version, stored, last, true));
    }

    private StoredObject Write(string key, JsonObject json)
    {
        var version = versions.Next();
        var metadata = json["metadata"]!.AsObject();
        metadata["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        buffer.ResetWrittenCount();
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteTo(writer);
        }

        return new StoredObject(key, (string?)metadata["uid"] ?? "", version, buffer.WrittenSpan.ToArray());
    }

    private void Publish(Change change)
    {
        log.Add(change);
        Wake();
    }
}
