using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Writes to the API server, so many at a time: thousands of nodes that start together must not storm it.</summary>
internal sealed class QueuedWrites(KubeClient client) : IDisposable
{
    private const int AtATime = 32;

    private readonly SemaphoreSlim turns = new(AtATime);

    /// <summary>As <see cref="KubeClient.PatchAsync"/>, when its turn has come.</summary>
    public Task<T> PatchAsync<T>(KubeResource<T> resource, string? ns, string name, JsonNode patch, CancellationToken cancellation, string? subresource = null)
        where T : class, IKubeDocument => InTurnAsync(() => client.PatchAsync(resource, ns, name, patch, cancellation, subresource), cancellation);

    /// <summary>As <see cref="KubeClient.CreateAsync"/>, when its turn has come.</summary>
    public Task<T> CreateAsync<T>(KubeResource<T> resource, string? ns, T document, CancellationToken cancellation)
        where T : class, IKubeDocument => InTurnAsync(() => client.CreateAsync(resource, ns, document, cancellation), cancellation);

    /// <inheritdoc/>
    public void Dispose() => turns.Dispose();

    private async Task<T> InTurnAsync<T>(Func<Task<T>> write, CancellationToken cancellation)
    {
        await turns.WaitAsync(cancellation);
        try
        {
            return await write();
        }
        finally
        {
            turns.Release();
        }
    }
}
