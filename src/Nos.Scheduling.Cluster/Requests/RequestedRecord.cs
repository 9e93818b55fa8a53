using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>The annotation <c>nos.nebuly.com/requested</c>: what each translated container had asked for.</summary>
/// <remarks><c>{"main":{"nos.nebuly.com/gpu-memory":"10"}}</c>; a key without <c>/</c> is an annotation of KAI-Scheduler's.</remarks>
internal sealed class RequestedRecord
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, string>> containers;

    private RequestedRecord(Dictionary<string, IReadOnlyDictionary<string, string>> containers) => this.containers = containers;

    /// <summary>Nothing was translated.</summary>
    internal static RequestedRecord Empty { get; } = new([]);

    /// <summary>The names of the translated containers.</summary>
    internal IReadOnlyCollection<string> Containers => containers.Keys;

    /// <summary>What that container had asked for, by key; <see langword="null"/> where it was not translated.</summary>
    internal IReadOnlyDictionary<string, string>? Of(string container) => containers.GetValueOrDefault(container);

    /// <summary>The record of these wishes. Of containers of one name, which the API server will refuse, the first is recorded.</summary>
    internal static RequestedRecord From(IEnumerable<(string Container, IReadOnlyDictionary<string, string> Originals)> wishes) =>
        new(wishes.DistinctBy(wish => wish.Container, StringComparer.Ordinal).ToDictionary(wish => wish.Container, wish => wish.Originals, StringComparer.Ordinal));

    /// <summary>Reads the annotation; <see langword="null"/> where there is none or it is not what we write.</summary>
    internal static RequestedRecord? Parse(string? annotation)
    {
        if (annotation is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(annotation) is JsonObject { Count: > 0 } read && read.All(container => container.Value is JsonObject { Count: > 0 })
                ? From(read.Select(container => (container.Key, (IReadOnlyDictionary<string, string>)Originals(container.Value!.AsObject()))))
                : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException or ArgumentException or FormatException)
        {
            // Anybody may write anything into an annotation; two members of one name surface as ArgumentException.
            return null;
        }
    }

    /// <summary>The resources among a container's originals.</summary>
    internal static SortedDictionary<string, Quantity> Resources(IReadOnlyDictionary<string, string> originals) =>
        new(originals.Where(original => IsResource(original.Key)).ToDictionary(original => original.Key, original => new Quantity(original.Value)), StringComparer.Ordinal);

    /// <summary>The annotations among them.</summary>
    internal static Dictionary<string, string> Annotations(IReadOnlyDictionary<string, string> originals) =>
        originals.Where(original => !IsResource(original.Key)).ToDictionary(StringComparer.Ordinal);

    /// <summary>Whether a recorded key is a resource, not an annotation.</summary>
    internal static bool IsResource(string key) => key.Contains('/', StringComparison.Ordinal);

    /// <summary>The annotation: containers in the order given, keys in ordinal order.</summary>
    public override string ToString()
    {
        var written = new JsonObject();
        foreach (var (container, originals) in containers)
        {
            var one = new JsonObject();
            foreach (var (key, value) in originals.OrderBy(original => original.Key, StringComparer.Ordinal))
            {
                one[key] = value;
            }

            written[container] = one;
        }

        return written.ToJsonString();
    }

    private static Dictionary<string, string> Originals(JsonObject container) =>
        container.ToDictionary(original => original.Key, original => original.Value!.GetValue<string>(), StringComparer.Ordinal);
}
