using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Leading.Faults;

/// <summary>Clients of one extender whose connections are open: what they send to a process that is stopped waits in its sockets until it wakes up.</summary>
internal sealed class Callers : IDisposable
{
    private readonly ExtenderClient[] _clients;

    private Callers(ExtenderClient[] clients) => _clients = clients;

    public int Count => _clients.Length;

    public static async Task<Callers> Open(ControlPlane plane, int port, int count)
    {
        var clients = Enumerable.Range(0, count).Select(_ => new ExtenderClient(plane, port)).ToArray();
        var stranger = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "stranger", ["namespace"] = "default", ["uid"] = "none" }, ["spec"] = new JsonObject { ["containers"] = new JsonArray() } };
        await Task.WhenAll(clients.Select(client => client.WhyNot(stranger, "no-node")));
        return new Callers(clients);
    }

    /// <summary>Each asks for one pod to be bound.</summary>
    /// <returns>The errors, once all have answered.</returns>
    public Task<string[]> BindAll(IReadOnlyList<JsonObject> pods, string node) =>
        Task.WhenAll(_clients.Select((client, index) => client.Bind(pods[index], node)));

    public void Dispose() => Array.ForEach(_clients, client => client.Dispose());
}
