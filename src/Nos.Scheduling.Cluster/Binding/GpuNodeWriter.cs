using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Leading;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Brings GpuNode specs to what decisions want, by compare-and-swap; writes of one node go one after the other.</summary>
/// <param name="client">The API server.</param>
/// <param name="state">What is wanted, and what was seen.</param>
/// <param name="ownerTtl">How long a slice waits for the pod that it was cut for.</param>
/// <param name="author">Signs what is written.</param>
public sealed class GpuNodeWriter(KubeClient client, ClusterState state, TimeSpan ownerTtl, Author author)
{
    private const int MostAttempts = 8;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> unsettled = new(StringComparer.Ordinal);

    /// <summary>
    /// Whether no write to the node is on its way, nor one lost whose outcome nobody knows: what is known of the spec then is what it is, but for other
    /// hands. A slice that is taken over without a write could otherwise be dropped by one that was decided before.
    /// </summary>
    public bool IsSettled(string node) => !unsettled.ContainsKey(node);

    /// <summary>What the node's spec should say now; <see langword="null"/> while that cannot be told: no GpuNode, or no report.</summary>
    public GpuSpec[]? Wanted(string node) => state.SpecOf(node, ownerTtl)?.Wanted;

    /// <summary>Writes the spec unless it says what is wanted already.</summary>
    /// <returns>The generation that has it, for the agent to have observed.</returns>
    /// <exception cref="KubeApiException">The server refused, or others kept writing in between.</exception>
    public async Task<long> BringAsync(string node, CancellationToken cancellation)
    {
        var turn = turns.GetOrAdd(node, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);

        // Before it is decided what to write: who sees the node settled has its reservation in what is decided.
        var wasSettled = unsettled.TryAdd(node, true);
        try
        {
            var (generation, isWritten) = await WriteAsync(node, cancellation);
            Settle(node, isWritten || wasSettled);
            return generation;
        }
        catch (KubeApiException refused) when (!refused.IsTransient)
        {
            Settle(node, wasSettled);
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>A write that succeeded settles lost ones too: they name an older version.</summary>
    private void Settle(string node, bool isSettled)
    {
        if (isSettled)
        {
            unsettled.TryRemove(node, out _);
        }
    }

    private async Task<(long Generation, bool IsWritten)> WriteAsync(string node, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (state.SpecOf(node, ownerTtl) is not { } spec)
            {
                throw new KubeApiException(System.Net.HttpStatusCode.NotFound, "NotFound", $"GpuNode {node} is gone, or its agent has not reported.");
            }

            if (GpuNodeSpecs.AreEqual(spec.Current.Spec.Gpus, spec.Wanted))
            {
                return (spec.Current.Metadata.Generation ?? 0, false);
            }

            try
            {
                var written = await client.PatchAsync(KubeResources.GpuNodes, null, node, GpuNodeSpecs.Patch(spec.Wanted, spec.Current, author.Sign()), cancellation);
                state.Apply(written);
                return (written.Metadata.Generation ?? 0, true);
            }
            catch (KubeApiException conflict) when (conflict.IsConflict && attempt < MostAttempts)
            {
                // Most often the agent's status write. Where the informer has brought it meanwhile, asking would only give others the time to write again.
                var isOld = state.FindGpuNode(node)?.Metadata.ResourceVersion == spec.Current.Metadata.ResourceVersion;
                if (isOld && await client.FindAsync(KubeResources.GpuNodes, null, node, cancellation) is { } newest)
                {
                    state.Apply(newest);
                }
            }
        }
    }
}
