using Nos.Scheduling.Cli.Commands;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Cli.Quotas;

/// <summary>What quotas are computed from.</summary>
internal static class QuotaObjects
{
    /// <summary>Pods that count: they are bound and have not ended.</summary>
    internal const string BoundPods = "spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed";

    /// <summary>Reads the quotas of both kinds.</summary>
    /// <exception cref="CommandFailedException">The cluster does not know them.</exception>
    /// <exception cref="KubeApiException">The cluster refused.</exception>
    internal static async Task<KnownQuotas> ReadAsync(KubeClient client, CancellationToken cancellation)
    {
        try
        {
            var ofOne = client.ListAsync(KubeResources.ElasticQuotas, null, cancellation);
            var ofSeveral = client.ListAsync(KubeResources.CompositeElasticQuotas, null, cancellation);
            await Task.WhenAll(ofOne, ofSeveral).ConfigureAwait(false);
            return new KnownQuotas((await ofOne.ConfigureAwait(false)).Items, (await ofSeveral.ConfigureAwait(false)).Items);
        }
        catch (KubeApiException missing) when (missing.IsNotFound)
        {
            throw new CommandFailedException("the cluster does not know quotas; tell it with: kubectl nos crds | kubectl apply -f -", missing);
        }
    }
}
