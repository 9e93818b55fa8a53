using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Reads the quotas that a submitted one is judged beside.</summary>
/// <param name="client">The API server.</param>
/// <param name="heard">What the informers have told.</param>
/// <remarks>
/// The API server is asked each time: quotas are written rarely, and informers lag. Somebody who deletes one and creates the next at once must not be
/// refused, nor two pass that are created one after the other. Where it does not answer in time, what was heard has to do.
/// </remarks>
public sealed class QuotaReader(KubeClient client, Func<KnownQuotas> heard)
{
    /// <summary>The API server waits five seconds for a webhook.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>All composites, and the ElasticQuotas that may matter.</summary>
    public async Task<KnownQuotas> ReadAsync(SubmittedQuota quota, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(Patience);
        try
        {
            var ofOne = client.ListAsync(KubeResources.ElasticQuotas, quota.IsComposite ? null : quota.Namespace, limited.Token);
            var ofSeveral = client.ListAsync(KubeResources.CompositeElasticQuotas, null, limited.Token);
            await Task.WhenAll(ofOne, ofSeveral).ConfigureAwait(false);
            return new KnownQuotas((await ofOne.ConfigureAwait(false)).Items, (await ofSeveral.ConfigureAwait(false)).Items);
        }
        catch (Exception silent) when (silent is KubeApiException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return heard();
        }
    }
}
