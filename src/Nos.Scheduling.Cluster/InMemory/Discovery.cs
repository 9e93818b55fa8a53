using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.InMemory;

/// <summary>What the in-memory API server says about itself.</summary>
internal sealed class Discovery(Store store)
{
    /// <summary>The answer to a path that names no object; <see langword="null"/> where it is not one of these.</summary>
    public JsonObject? Find(ReadOnlySpan<string> path) => path switch
    {
        ["version"] => new JsonObject { ["major"] = "1", ["minor"] = "32", ["gitVersion"] = "v1.32.0-in-memory" },
        ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        ["apis"] => new JsonObject { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = new JsonArray([.. Groups()]) },
        ["apis", var group] => Groups().FirstOrDefault(found => (string?)found["name"] == group),
        ["api", var version] => Resources("", version),
        ["apis", var group, var version] => Resources(group, version),
        _ => null,
    };

    private IEnumerable<JsonObject> Groups() => store.Tables
        .Where(table => table.Kind.Group.Length > 0)
        .GroupBy(table => table.Kind.Group)
        .Select(group => new JsonObject
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = group.Key,
            ["versions"] = new JsonArray([.. group.Select(table => table.Kind.Version).Distinct().Select(version => Version(group.Key, version))]),
            ["preferredVersion"] = Version(group.Key, group.First().Kind.Version),
        });

    private static JsonObject Version(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };

    private JsonObject? Resources(string group, string version)
    {
        var resources = new JsonArray();
        foreach (var kind in store.Tables.Select(table => table.Kind).Where(kind => kind.Group == group && kind.Version == version))
        {
            resources.Add(Resource(kind, "", kind.Kind, new JsonArray("create", "delete", "get", "list", "patch", "update", "watch")));
            if (kind.HasStatus)
            {
                resources.Add(Resource(kind, "/status", kind.Kind, new JsonArray("get", "patch", "update")));
            }

            if (kind == InMemoryKinds.Pods)
            {
                resources.Add(Resource(kind, "/binding", "Binding", new JsonArray("create")));
                var eviction = Resource(kind, "/eviction", "Eviction", new JsonArray("create"));
                eviction["group"] = "policy";
                eviction["version"] = "v1";
                resources.Add(eviction);
            }
        }

        return resources.Count == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = resources,
        };
    }

    private static JsonObject Resource(InMemoryKind kind, string subresource, string takes, JsonArray verbs) => new()
    {
        ["name"] = kind.Plural + subresource,
        ["singularName"] = "",
        ["namespaced"] = kind.IsNamespaced,
        ["kind"] = takes,
        ["verbs"] = verbs,
    };
}
