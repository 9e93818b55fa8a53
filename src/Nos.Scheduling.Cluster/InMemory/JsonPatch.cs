using System.Globalization;
using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>JSON patch, RFC 6902, as admission webhooks answer it: add, replace, remove, test.</summary>
internal static class JsonPatch
{
    /// <summary>As the other; what can't be applied becomes a refusal.</summary>
    public static void Apply(JsonObject target, JsonArray operations, Func<string, Exception> refusal)
    {
        try
        {
            Apply(target, operations);
        }
        catch (FormatException failure)
        {
            throw refusal(failure.Message);
        }
    }

    /// <summary>Applies the operations in order.</summary>
    /// <exception cref="FormatException">An operation can't be applied; those before it were.</exception>
    public static void Apply(JsonObject target, JsonArray operations)
    {
        foreach (var operation in operations)
        {
            var path = (string?)operation?["path"] ?? throw new FormatException("a JSON patch operation has no path");
            Apply(target, (string?)operation!["op"], path, operation["value"]);
        }
    }

    private static void Apply(JsonObject target, string? operation, string path, JsonNode? value)
    {
        if (path is not ['/', ..])
        {
            throw new FormatException($"a JSON patch may not change the whole object: path '{path}'");
        }

        var names = path[1..].Split('/').Select(name => name.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode? parent = target;
        foreach (var name in names[..^1])
        {
            parent = Child(parent, name, path);
        }

        switch (operation)
        {
            case "add":
                Add(parent, names[^1], path, value?.DeepClone());
                break;
            case "replace":
                Child(parent, names[^1], path);
                Remove(parent, names[^1], path);
                Add(parent, names[^1], path, value?.DeepClone());
                break;
            case "remove":
                Child(parent, names[^1], path);
                Remove(parent, names[^1], path);
                break;
            case "test" when JsonNode.DeepEquals(Child(parent, names[^1], path), value):
                break;
            default:
                throw new FormatException($"JSON patch operation '{operation}' of '{path}' failed or is unknown");
        }
    }

    private static JsonNode? Child(JsonNode? parent, string name, string path) => parent switch
    {
        JsonObject json when json.TryGetPropertyValue(name, out var child) => child,
        JsonArray array => array[Index(name, array.Count - 1, path)],
        _ => throw Missing(path),
    };

    private static void Add(JsonNode? parent, string name, string path, JsonNode? value)
    {
        switch (parent)
        {
            case JsonObject json:
                json[name] = value;
                break;
            case JsonArray array:
                array.Insert(name == "-" ? array.Count : Index(name, array.Count, path), value);
                break;
            default:
                throw Missing(path);
        }
    }

    private static void Remove(JsonNode? parent, string name, string path)
    {
        if (parent is JsonArray array)
        {
            array.RemoveAt(Index(name, array.Count - 1, path));
        }
        else
        {
            parent!.AsObject().Remove(name);
        }
    }

    private static int Index(string name, int most, string path) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most ? index : throw Missing(path);

    private static FormatException Missing(string path) => new($"a JSON patch names '{path}', which is not there");
}
