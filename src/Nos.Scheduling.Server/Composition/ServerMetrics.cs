using Nos.Scheduling.Cluster.Binding;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>What the server tells of itself and its cluster: calls are measured as they happen, the cluster is read at each scrape.</summary>
internal sealed class ServerMetrics
{
    private readonly HistogramFamily extender;
    private readonly HistogramFamily admission;
    private readonly HistogramSeries bindWait;

    internal ServerMetrics(MetricRegistry metrics, SchedulingServer server, ServerOptions options, CertificateFolder? certificates, bool carriesAgents)
    {
        extender = metrics.Histogram(NosMetrics.ExtenderRequestDuration);
        admission = metrics.Histogram(NosMetrics.AdmissionRequestDuration);
        bindWait = metrics.Histogram(NosMetrics.BindWait).With();
        metrics.CollectSlices(server.State.GpuNodes, options.TellsPerGpu);
        metrics.CollectFragmentation(() => server.State.Current);
        var victims = metrics.Counter(NosMetrics.ReclaimVictims);
        server.VictimEvicted = rule => victims.With(rule).Add(1);
        metrics.Collect(NosMetrics.Leader, sink => sink.Add(server.IsLeading ? 1 : 0));
        metrics.CollectQuotas(server.ShowQuotas);
        metrics.Collect(NosMetrics.PendingPods, sink =>
        {
            foreach (var (reason, pods) in PendingReasons.Of(server.State, options.SchedulerName))
            {
                sink.Add(pods, reason.Name());
            }
        });
        metrics.Collect(NosMetrics.ReconcileErrors, sink =>
        {
            foreach (var (loop, failures) in server.ReconcileErrors)
            {
                sink.Add(failures, loop);
            }
        });
        metrics.Collect(NosMetrics.WatchRestarts, sink =>
        {
            foreach (var (kind, restarts) in server.Informers.Restarts)
            {
                sink.Add(restarts, kind);
            }
        });
        if (certificates is not null)
        {
            metrics.Collect(NosMetrics.CertificateExpiry, sink => sink.Add(new DateTimeOffset(certificates.Current().Server.TargetCertificate.NotAfter).ToUnixTimeSeconds()));
        }

        if (carriesAgents)
        {
            metrics.CollectSliceInfo(() => server.State.GpuNodes());
        }
    }

    /// <summary>A call of the scheduler has ended.</summary>
    internal void ObserveExtender(string verb, string result, TimeSpan elapsed) => extender.With(verb, result).Observe(elapsed);

    /// <summary>A call of the API server has ended.</summary>
    internal void ObserveAdmission(string webhook, string result, TimeSpan elapsed) => admission.With(webhook, result).Observe(elapsed);

    /// <summary>A bind has ended.</summary>
    internal void ObserveBind(BindOutcome outcome)
    {
        if (outcome.Bound?.Placement.NeedsCut ?? false)
        {
            bindWait.Observe(outcome.Waited);
        }
    }
}
