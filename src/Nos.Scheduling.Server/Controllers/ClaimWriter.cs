using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>Writes claims on their pods, and lets the state go by them: first the one, then the other.</summary>
/// <param name="client">Writes.</param>
/// <param name="state">Goes by them.</param>
internal sealed class ClaimWriter(KubeClient client, ClusterState state)
{
    private readonly Dictionary<string, ReclaimClaim> written = new(StringComparer.Ordinal);

    /// <summary>The claim as it was written last; <see langword="null"/> where there is none.</summary>
    internal ReclaimClaim? Written(string uid) => written.GetValueOrDefault(uid);

    /// <summary>Takes over what a leader before this one wrote.</summary>
    internal void Adopt(PodRecord pod, ReclaimClaim claim)
    {
        written[pod.Uid] = claim;
        state.SetClaim(pod.Uid, claim);
    }

    /// <summary>Writes the pod's claim.</summary>
    /// <returns>Whether it stands; not where the pod is gone.</returns>
    /// <exception cref="KubeApiException">The server refused; the state goes by what it went by before.</exception>
    internal async Task<bool> WriteAsync(PodRecord pod, ReclaimClaim claim, CancellationToken cancellation)
    {
        if (!await PatchAsync(pod, claim.ToString(), cancellation))
        {
            state.SetClaim(pod.Uid, null);
            written.Remove(pod.Uid);
            return false;
        }

        Adopt(pod, claim);
        return true;
    }

    /// <summary>The claim goes on, later: the state knows at once; the pod is told when a leader after this one would otherwise give up too early.</summary>
    internal async Task RenewAsync(PodRecord pod, ReclaimClaim renewed, TimeSpan ttl, DateTimeOffset now, CancellationToken cancellation)
    {
        state.SetClaim(pod.Uid, renewed);
        if (Written(pod.Uid) is not { } told || told.Until - now < ttl / 2)
        {
            await WriteAsync(pod, renewed, cancellation);
        }
    }

    /// <summary>The uids of pods whose claims came to an end while their annotations still tell of them.</summary>
    internal IReadOnlyList<string> Ended() => [.. written.Keys.Where(uid => state.FindClaim(uid) is null).Order(StringComparer.Ordinal)];

    /// <summary>Takes the annotation off a pod whose claim came to an end: it is bound, or needs none any more.</summary>
    /// <exception cref="KubeApiException">The server refused; to be tried again.</exception>
    internal async Task TidyAsync(string uid, CancellationToken cancellation)
    {
        if (state.FindPod(uid) is { HasEnded: false } pod)
        {
            await PatchAsync(pod, null, cancellation);
        }

        written.Remove(uid);
    }

    private async Task<bool> PatchAsync(PodRecord pod, string? claim, CancellationToken cancellation)
    {
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid, ["annotations"] = new JsonObject { [NosKeys.Claim] = claim } } };
        try
        {
            await client.PatchAsync(KubeResources.Pods, pod.Namespace, pod.Name, patch, cancellation);
            return true;
        }
        catch (KubeApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // Another pod has its name by now; the informer will tell.
            return false;
        }
    }
}
