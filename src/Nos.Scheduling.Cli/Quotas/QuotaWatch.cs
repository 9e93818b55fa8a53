using System.CommandLine;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cli.Quotas;

/// <summary>Shows quotas again and again, as informers tell of them.</summary>
internal static class QuotaWatch
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Shows them once all is read, then whenever what is shown changes, once a second at most, until it is cancelled. On a terminal each picture replaces the one
    /// before; else they follow each other, after an empty line or <c>---</c>. What goes wrong after the first picture is told in the error stream and tried again.
    /// </summary>
    /// <exception cref="Commands.CommandFailedException">The cluster knows no quotas.</exception>
    /// <exception cref="KubeApiException">It refused at the first attempt.</exception>
    internal static async Task RunAsync(KubeClient client, TopQuotasRequest request, InvocationConfiguration streams, TimeProvider time, CancellationToken cancellation)
    {
        // An informer tries for ever; whoever may not look is to be told so at once.
        await QuotaObjects.ReadAsync(client, cancellation).ConfigureAwait(false);
        await client.ListAsync(KubeResources.Pods, null, cancellation, fieldSelector: "metadata.name=none").ConfigureAwait(false);

        using var loggers = LoggerFactory.Create(logging => logging.UseNosConsole(LogLevel.Warning));
        var logger = loggers.CreateLogger("kubectl-nos");
        var (heard, state) = (new HeardQuotas(), new ClusterState(time, request.GpuMemoryPerGpu));
        var ofOne = new Informer<ElasticQuotaDocument>(client, KubeResources.ElasticQuotas, heard.Apply, logger, time);
        var ofSeveral = new Informer<CompositeElasticQuotaDocument>(client, KubeResources.CompositeElasticQuotas, heard.Apply, logger, time);
        var pods = new Informer<PodDocument>(client, KubeResources.Pods, state.Apply, logger, time, fieldSelector: QuotaObjects.BoundPods);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var informing = Task.WhenAll(ofOne.RunAsync(ending.Token), ofSeveral.RunAsync(ending.Token), pods.RunAsync(ending.Token));
        try
        {
            await Task.WhenAll(ofOne.Synced, ofSeveral.Synced, pods.Synced).WaitAsync(cancellation).ConfigureAwait(false);
            await ShowAsync(() => QuotaViews.Of(heard.Current, state), request, streams, time, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // That is how a watch ends.
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(informing).ConfigureAwait(false);
        }
    }

    private static async Task ShowAsync(
        Func<IReadOnlyList<QuotaView>> look, TopQuotasRequest request, InvocationConfiguration streams, TimeProvider time, CancellationToken cancellation)
    {
        var isTerminal = ReferenceEquals(streams.Output, Console.Out) && !Console.IsOutputRedirected;
        for (string? shown = null; ; await Task.Delay(Pace, time, cancellation).ConfigureAwait(false))
        {
            var quotas = look();
            var now = QuotaListing.Of(request.Select(quotas)).ToJsonString();
            if (now == shown)
            {
                continue;
            }

            if (isTerminal)
            {
                Console.Clear();
            }
            else if (shown is not null)
            {
                await streams.Output.WriteLineAsync(request.Format == "yaml" ? "---" : "").ConfigureAwait(false);
            }

            request.Show(quotas, streams);
            shown = now;
        }
    }
}
