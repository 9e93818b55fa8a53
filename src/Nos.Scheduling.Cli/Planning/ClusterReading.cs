using System.Globalization;
using System.Net;
using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>A cluster as it is now, read once, and seen as the server sees it.</summary>
/// <param name="State">What is known of it.</param>
/// <param name="Priorities">Its priority classes, or none where they may not be read.</param>
/// <param name="Waiting">How many pods wait for slices already.</param>
/// <param name="Remarks">What could not be read, in sentences.</param>
internal sealed record ClusterReading(
    ClusterState State, IReadOnlyDictionary<string, PriorityClassDocument> Priorities, int Waiting, IReadOnlyList<string> Remarks)
{
    /// <summary>Where an agent's Lease says nothing of it.</summary>
    private static readonly TimeSpan UsualLease = TimeSpan.FromSeconds(90);

    /// <summary>How wrong this machine's clock may be.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(10);

    /// <summary>Reads everything that decisions go by. Only reads.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="home">The namespace of the server and the agents.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="gpuMemoryPerGpu">Unit: GB that one whole GPU counts in quotas.</param>
    /// <exception cref="KubeApiException">The cluster refused.</exception>
    /// <exception cref="CommandFailedException">It does not know GpuNodes.</exception>
    internal static async Task<ClusterReading> ReadAsync(KubeClient client, string home, TimeProvider time, CancellationToken cancellation, long gpuMemoryPerGpu = 32)
    {
        var remarks = new List<string>();
        var namespaces = client.ListAsync(KubeResources.Namespaces, null, cancellation);
        var nodes = client.ListAsync(KubeResources.Nodes, null, cancellation);
        var gpuNodes = GpuNodesAsync(client, cancellation);
        var leases = client.ListAsync(KubeResources.Leases, home, cancellation);
        var pods = client.ListAsync(KubeResources.Pods, null, cancellation, fieldSelector: "status.phase!=Succeeded,status.phase!=Failed");
        var priorities = PrioritiesAsync(client, remarks, cancellation);
        await Task.WhenAll(namespaces, nodes, gpuNodes, leases, pods, priorities).ConfigureAwait(false);

        var state = new ClusterState(time, gpuMemoryPerGpu);
        state.Apply(new InformerEvent<NamespaceDocument>(true, (await namespaces.ConfigureAwait(false)).Items, []));
        state.Apply(new InformerEvent<LeaseDocument>(true, [.. Alive((await leases.ConfigureAwait(false)).Items, time.GetUtcNow())], []));
        state.Apply(new InformerEvent<PodDocument>(true, (await pods.ConfigureAwait(false)).Items, []));
        state.Apply(new InformerEvent<GpuNodeDocument>(true, (await gpuNodes.ConfigureAwait(false)).Items, []));
        state.Apply(new InformerEvent<NodeDocument>(true, (await nodes.ConfigureAwait(false)).Items, []));
        var waiting = state.Pods().Count(pod => pod.IsWaiting && pod.Demand.AsksForSlices);
        return new ClusterReading(state, await priorities.ConfigureAwait(false), waiting, remarks);
    }

    /// <summary>
    /// The Leases that have not run out. Their times are other machines': they are compared with the newest of them, which the leader renews every few
    /// seconds, and with this machine's clock only where nobody has renewed any for long.
    /// </summary>
    private static IEnumerable<LeaseDocument> Alive(IReadOnlyList<LeaseDocument> leases, DateTimeOffset now)
    {
        var newest = leases.Select(Renewed).Append(now - ClockSlack).Max();
        return leases.Where(lease => Renewed(lease) + (lease.Spec.LeaseDurationSeconds is { } seconds and > 0 ? TimeSpan.FromSeconds(seconds) : UsualLease) >= newest);
    }

    private static DateTimeOffset Renewed(LeaseDocument lease) =>
        DateTimeOffset.TryParse(lease.Spec.RenewTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var renewed) ? renewed : DateTimeOffset.MinValue;

    private static async Task<KubeList<GpuNodeDocument>> GpuNodesAsync(KubeClient client, CancellationToken cancellation)
    {
        try
        {
            return await client.ListAsync(KubeResources.GpuNodes, null, cancellation).ConfigureAwait(false);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            throw new CommandFailedException("the cluster does not know GpuNodes; tell it with: kubectl nos crds | kubectl apply -f -", missing);
        }
    }

    private static async Task<IReadOnlyDictionary<string, PriorityClassDocument>> PrioritiesAsync(KubeClient client, List<string> remarks, CancellationToken cancellation)
    {
        try
        {
            var list = await client.ListAsync(KubeResources.PriorityClasses, null, cancellation).ConfigureAwait(false);
            return list.Items.ToDictionary(known => known.Metadata.Name, StringComparer.Ordinal);
        }
        catch (KubeApiException refused) when (refused.IsNotFound || refused.Status == HttpStatusCode.Forbidden)
        {
            remarks.Add("The cluster's PriorityClasses may not be read: every pod counts with priority 0.");
            return new Dictionary<string, PriorityClassDocument>();
        }
    }
}
