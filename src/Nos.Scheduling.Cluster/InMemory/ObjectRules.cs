using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What an API server fills in, keeps and refuses in the objects of every kind.</summary>
internal static partial class ObjectRules
{
    /// <summary>What no writer may change.</summary>
    private static readonly string[] ServersOwn = ["name", "namespace", "uid", "creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds"];

    private static readonly string[] Sets = ["labels", "annotations"];

    /// <summary>A point in time as Kubernetes writes it, to the second.</summary>
    public static string Time(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Checks that a new object is of the kind and fits to its path, and fills in what decoding fills in.</summary>
    public static void Decode(InMemoryKind kind, string? ns, JsonObject json)
    {
        if (((string?)json["kind"] ?? kind.Kind) != kind.Kind || ((string?)json["apiVersion"] ?? kind.ApiVersion) != kind.ApiVersion)
        {
            throw ApiRefusal.BadRequest($"the object is a {json["apiVersion"]} {json["kind"]}, expected {kind.ApiVersion} {kind.Kind}");
        }

        var rest = json.Where(field => field.Key is not ("kind" or "apiVersion")).ToArray();
        json.Clear();
        json["kind"] = kind.Kind;
        json["apiVersion"] = kind.ApiVersion;
        foreach (var (name, value) in rest)
        {
            json[name] = value;
        }

        var metadata = Metadata(json);
        if (ns is not null && ((string?)metadata["namespace"] ?? ns) != ns)
        {
            throw ApiRefusal.BadRequest($"the namespace of the provided object does not match the namespace sent on the request ({metadata["namespace"]}, {ns})");
        }

        if (ns is not null)
        {
            metadata["namespace"] = ns;
        }
    }

    /// <summary>Gives a new object its identity.</summary>
    public static void Identify(InMemoryKind kind, JsonObject json, DateTimeOffset now)
    {
        var metadata = Metadata(json);
        var name = (string?)metadata["name"] ?? "";
        if (name.Length == 0 && (string?)metadata["generateName"] is { Length: > 0 } prefix)
        {
            name = prefix + RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
            metadata["name"] = name;
        }

        if (!Name().IsMatch(name) || name.Length > 253)
        {
            throw ApiRefusal.Invalid(kind, name, name.Length == 0 ? "metadata.name: Required value: name or generateName is required" : $"metadata.name: Invalid value: \"{name}\"");
        }

        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Time(now);
        metadata.Remove("resourceVersion");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("generation");
        if (kind.CountsGenerations)
        {
            metadata["generation"] = 1;
        }

        if (kind.HasStatus && !kind.KeepsStatusOnCreate)
        {
            json.Remove("status");
        }
    }

    /// <summary>
    /// Makes of what a writer wants what he may: only the status through <c>/status</c>, all but the status otherwise, never what the server
    /// owns.
    /// </summary>
    public static JsonObject Confine(InMemoryKind kind, JsonObject current, JsonObject wanted, bool isStatus)
    {
        var next = (isStatus ? current : wanted).DeepClone().AsObject();
        if (kind.HasStatus)
        {
            Carry("status", isStatus ? wanted : current, next);
        }

        var metadata = Metadata(next);
        foreach (var name in ServersOwn)
        {
            Carry(name, Metadata(current), metadata);
        }

        // An empty set is none, or taking away what is not there would be a change.
        foreach (var name in Sets.Where(name => metadata[name] is JsonObject { Count: 0 }))
        {
            metadata.Remove(name);
        }

        metadata["resourceVersion"] = Metadata(current)["resourceVersion"]?.DeepClone();
        next["kind"] = kind.Kind;
        next["apiVersion"] = kind.ApiVersion;
        return next;
    }

    /// <summary>Counts a generation where something other than metadata and status changed.</summary>
    public static void Count(InMemoryKind kind, JsonObject current, JsonObject next)
    {
        if (kind.CountsGenerations && current.Concat(next).Any(field => field.Key is not ("metadata" or "status") && !JsonNode.DeepEquals(current[field.Key], next[field.Key])))
        {
            Metadata(next)["generation"] = ((long?)Metadata(current)["generation"] ?? 0) + 1;
        }
    }

    /// <summary>The object's metadata, made where they are missing.</summary>
    public static JsonObject Metadata(JsonObject json)
    {
        if (json["metadata"] is not JsonObject metadata)
        {
            json["metadata"] = metadata = [];
        }

        return metadata;
    }

    private static void Carry(string name, JsonObject from, JsonObject to)
    {
        if (from.TryGetPropertyValue(name, out var value) && value is not null)
        {
            to[name] = value.DeepClone();
        }
        else
        {
            to.Remove(name);
        }
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex Name();
}
