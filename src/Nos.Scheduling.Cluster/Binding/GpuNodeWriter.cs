using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Brings GpuNode specs to what decisions want, by compare-and-swap; writes of one node go one after the other.</summary>
/// <param name="client">The API server.</param>
/// <param name="state">What is wanted, and what was seen.</param>
/// <param name="time">The clock.</param>
/// <param name="ownerTtl">How long a slice waits for the pod that it was cut for.</param>
/// <param name="author">Signs what is written.</param>
public sealed class GpuNodeWriter(KubeClient client, ClusterState state, TimeProvider time, TimeSpan ownerTtl, Author author)
{
    private const int MostAttempts = 8;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);

    /// <summary>Writes the spec unless it says what is wanted already.</summary>
    /// <returns>The generation that has it, for the agent to have observed.</returns>
    /// <exception cref="KubeApiException">The server refused, or others kept writing in between.</exception>
    public async Task<long> BringAsync(string node, CancellationToken cancellation)
    {
        var turn = turns.GetOrAdd(node, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            return await WriteAsync(node, cancellation);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<long> WriteAsync(string node, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (state.SpecOf(node, time.GetUtcNow() + ownerTtl) is not { } spec)
            {
                throw new KubeApiException(System.Net.HttpStatusCode.NotFound, "NotFound", $"GpuNode {node} is gone, or its agent has not reported.");
            }

            if (GpuNodeSpecs.AreEqual(spec.Current.Spec.Gpus, spec.Wanted))
            {
                return spec.Current.Metadata.Generation ?? 0;
            }

            try
            {
                var written = await client.PatchAsync(KubeResources.GpuNodes, null, node, GpuNodeSpecs.Patch(spec.Wanted, spec.Current, author.Sign()), cancellation);
                state.Apply(written);
                return written.Metadata.Generation ?? 0;
            }
            catch (KubeApiException conflict) when (conflict.IsConflict && attempt < MostAttempts)
            {
                // Most often the agent's status write; what is there now is read directly, the informer may lag.
                if (await client.FindAsync(KubeResources.GpuNodes, null, node, cancellation) is { } newest)
                {
                    state.Apply(newest);
                }
            }
        }
    }
}
