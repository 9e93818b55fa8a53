using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>
/// What the API server holds at one moment, over all kinds: every list is read at the same revision of its store, so that what is seen together was
/// true together and no rule is broken merely by reading one kind after the other.
/// </summary>
/// <param name="Version">The revision.</param>
/// <param name="At">By the clock of this machine, which is the agents' and the server's too.</param>
public sealed record ClusterReading(
    string Version,
    DateTimeOffset At,
    IReadOnlyList<JsonObject> Pods,
    IReadOnlyList<JsonObject> GpuNodes,
    IReadOnlyList<JsonObject> Nodes,
    IReadOnlyList<JsonObject> Leases)
{
    private const string AllPods = "/api/v1/pods";
    private const string AllLeases = "/apis/coordination.k8s.io/v1/leases";

    /// <exception cref="InvalidOperationException">The server did not answer at the revision that was asked for.</exception>
    public static async Task<ClusterReading> Take(TestApi api)
    {
        var pods = await api.Get(AllPods);
        var version = pods.Text("metadata", "resourceVersion")!;
        var at = TimeProvider.System.GetUtcNow();
        return new ClusterReading(
            version, at, Items(pods), await ListAt(api, ApiPaths.GpuNodes, version), await ListAt(api, ApiPaths.Nodes, version), await ListAt(api, AllLeases, version));
    }

    private static async Task<IReadOnlyList<JsonObject>> ListAt(TestApi api, string collection, string version)
    {
        // The limit keeps old servers from answering out of their watch cache, which knows only its own newest revision.
        var list = await api.Get($"{collection}?resourceVersion={version}&resourceVersionMatch=Exact&limit=10000");
        return list.Text("metadata", "resourceVersion") == version && string.IsNullOrEmpty(list.Text("metadata", "continue"))
            ? Items(list)
            : throw new InvalidOperationException($"{collection} was asked for at revision {version} and came at {list.Text("metadata", "resourceVersion")}, or not whole.");
    }

    private static IReadOnlyList<JsonObject> Items(JsonObject list) => [.. list["items"]!.AsArray().Select(item => item!.AsObject())];
}
