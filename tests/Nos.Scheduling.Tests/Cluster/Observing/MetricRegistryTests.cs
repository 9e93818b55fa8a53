using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class MetricRegistryTests : IDisposable
{
    private readonly MetricRegistry metrics = new(NullLogger<MetricRegistry>.Instance);

    /// <summary>The documented metrics, with their labels.</summary>
    public static TheoryData<string, string, string> Documented => new()
    {
        { "nos_extender_request_duration_seconds", "histogram", "verb,result" },
        { "nos_admission_request_duration_seconds", "histogram", "webhook,result" },
        { "nos_slices", "gauge", "node,gpu,mode,profile,state" },
        { "nos_gpu_memory_bytes", "gauge", "node,gpu,state" },
        { "nos_fragmentation_ratio", "gauge", "node" },
        { "nos_slice_info", "gauge", "node,gpu,slice,profile,uuid,namespace,pod,container" },
        { "nos_partition_duration_seconds", "histogram", "mode,result" },
        { "nos_bind_wait_seconds", "histogram", "" },
        { "nos_quota_min", "gauge", "quota_namespace,quota,resource" },
        { "nos_quota_max", "gauge", "quota_namespace,quota,resource" },
        { "nos_quota_used", "gauge", "quota_namespace,quota,resource" },
        { "nos_quota_assigned", "gauge", "quota_namespace,quota,resource" },
        { "nos_quota_borrowed", "gauge", "quota_namespace,quota,resource" },
        { "nos_reclaim_victims_total", "counter", "rule" },
        { "nos_pending_pods", "gauge", "reason" },
        { "nos_leader", "gauge", "" },
        { "nos_watch_restarts_total", "counter", "kind" },
        { "nos_reconcile_errors_total", "counter", "loop" },
        { "nos_certificate_expiry_timestamp_seconds", "gauge", "" },
    };

    public void Dispose() => metrics.Dispose();

    [Theory]
    [MemberData(nameof(Documented))]
    public void Tells_help_and_type_of_every_documented_metric_from_the_start(string name, string type, string labels)
    {
        Assert.Equal(type, Exposition.Read(metrics).Types[name]);
        Assert.Equal(labels, string.Join(',', NosMetrics.All.Single(metric => metric.Name == name).Labels));
    }

    [Fact]
    public void Declares_no_metric_that_is_not_documented() => Assert.Equal(
        Documented.Select(row => (string)((object[])row)[0]).Order(StringComparer.Ordinal), NosMetrics.All.Select(metric => metric.Name));

    [Fact]
    public void Tells_the_process_numbers_by_the_names_that_everybody_uses()
    {
        var exposition = Exposition.Read(metrics);

        string[] positive =
        [
            "process_cpu_seconds_total", "process_resident_memory_bytes", "process_resident_anonymous_memory_bytes", "process_virtual_memory_bytes",
            "process_start_time_seconds", "process_open_fds", "process_max_fds", "dotnet_gc_allocated_bytes_total", "dotnet_thread_pool_threads",
        ];
        Assert.All(positive, name => Assert.True(exposition.Samples[name] > 0, name));
        Assert.Equal(["0", "1", "2"], exposition.Label("dotnet_gc_collections_total", "generation"));
    }

    [Fact]
    public void Counters_and_only_they_end_in_total() => Assert.All(
        Exposition.Read(metrics).Types, entry => Assert.Equal(entry.Value == "counter", entry.Key.EndsWith("_total", StringComparison.Ordinal)));

    [Fact]
    public void Orders_metrics_by_name_and_series_by_labels_whatever_came_first()
    {
        foreach (var (verb, result) in new[] { ("prioritize", "ok"), ("bind", "refused"), ("bind", "ok") })
        {
            metrics.Histogram(NosMetrics.ExtenderRequestDuration).With(verb, result);
        }

        var exposition = Exposition.Read(metrics);

        Assert.Equal(exposition.Order.Order(StringComparer.Ordinal), exposition.Order);
        var counts = exposition.Samples.Keys.Where(series => series.StartsWith("nos_extender_request_duration_seconds_count", StringComparison.Ordinal));
        Assert.Equal(
            [
                """nos_extender_request_duration_seconds_count{verb="bind",result="ok"}""",
                """nos_extender_request_duration_seconds_count{verb="bind",result="refused"}""",
                """nos_extender_request_duration_seconds_count{verb="prioritize",result="ok"}""",
            ],
            counts);
    }

    [Fact]
    public void Writes_a_histogram_with_cumulative_buckets_sum_and_count()
    {
        var filter = metrics.Histogram(NosMetrics.ExtenderRequestDuration).With("filter", "ok");
        foreach (var milliseconds in new[] { 0.5, 0.6, 3, 3, 20_000 })
        {
            filter.Observe(TimeSpan.FromMilliseconds(milliseconds));
        }

        var lines = Exposition.Text(metrics).Split('\n').Where(line => line.StartsWith("nos_extender", StringComparison.Ordinal));

        Assert.Equal(
            """
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.0005"} 1
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.001"} 2
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.0025"} 2
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.005"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.01"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.025"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.05"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.1"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.25"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="0.5"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="1"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="2.5"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="5"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="10"} 4
            nos_extender_request_duration_seconds_bucket{verb="filter",result="ok",le="+Inf"} 5
            nos_extender_request_duration_seconds_sum{verb="filter",result="ok"} 20.0071
            nos_extender_request_duration_seconds_count{verb="filter",result="ok"} 5
            """,
            string.Join('\n', lines));
    }

    [Fact]
    public void A_histogram_without_labels_has_only_the_bound()
    {
        metrics.Histogram(NosMetrics.BindWait).With().Observe(0.2);

        Assert.Equal(1, Exposition.Read(metrics).Samples["""nos_bind_wait_seconds_bucket{le="0.25"}"""]);
        Assert.Equal(0.2, Exposition.Read(metrics).Samples["nos_bind_wait_seconds_sum"]);
    }

    [Fact]
    public void What_is_no_number_does_not_count()
    {
        var wait = metrics.Histogram(NosMetrics.BindWait).With();
        wait.Observe(double.NaN);
        wait.Observe(1);

        Assert.Equal((1, 1), (Exposition.Read(metrics).Samples["nos_bind_wait_seconds_count"], wait.Sum));
    }

    [Fact]
    public void Loses_no_observation_when_many_threads_observe()
    {
        const int threads = 8;
        const int each = 20_000;
        var (wait, errors) = (metrics.Histogram(NosMetrics.BindWait).With(), metrics.Counter(NosMetrics.ReconcileErrors));

        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (var index = 0; index < each; index++)
            {
                wait.Observe(0.5);
                errors.With("gpunode").Add();
            }
        });

        var samples = Exposition.Read(metrics).Samples;
        Assert.Equal(threads * each, samples["nos_bind_wait_seconds_count"]);
        Assert.Equal(threads * each * 0.5, samples["nos_bind_wait_seconds_sum"]);
        Assert.Equal(threads * each, samples["""nos_reconcile_errors_total{loop="gpunode"}"""]);
    }

    [Fact]
    public void Observing_and_finding_a_series_allocate_nothing()
    {
        var (family, counters) = (metrics.Histogram(NosMetrics.ExtenderRequestDuration), metrics.Counter(NosMetrics.ReconcileErrors));
        var fewest = Enumerable.Range(0, 5).Min(_ =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var index = 0; index < 1000; index++)
            {
                family.With("filter", "ok").Observe(0.001);
                counters.With("gpunode").Add();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        Assert.Equal(0, fewest);
    }

    [Fact]
    public void Asks_collectors_at_each_scrape_so_that_a_gone_series_disappears()
    {
        var reasons = new List<string> { "NoOpenPlacement", "NotAdmitted" };
        metrics.Collect(NosMetrics.PendingPods, sink => reasons.ForEach(reason => sink.Add(reason.Length, reason)));
        Assert.Equal(reasons, Exposition.Read(metrics).Label("nos_pending_pods", "reason"));

        reasons.Remove("NoOpenPlacement");

        Assert.Equal(["NotAdmitted"], Exposition.Read(metrics).Label("nos_pending_pods", "reason"));
    }

    [Fact]
    public void A_collector_that_is_disposed_is_asked_no_more()
    {
        using (metrics.Collect(NosMetrics.WatchRestarts, sink => sink.Add(3, "Pod")))
        {
            metrics.Collect(NosMetrics.WatchRestarts, sink => sink.Add(1, "Node"));
            Assert.Equal(["Pod", "Node"], Exposition.Read(metrics).Label("nos_watch_restarts_total", "kind"));
        }

        Assert.Equal(["Node"], Exposition.Read(metrics).Label("nos_watch_restarts_total", "kind"));
    }

    [Fact]
    public void A_collector_that_fails_takes_no_other_samples_with_it()
    {
        metrics.Collect(NosMetrics.PendingPods, sink =>
        {
            sink.Add(1, "NotAdmitted");
            throw new InvalidOperationException("The state is gone.");
        });
        metrics.Collect(NosMetrics.PendingPods, sink => sink.Add(1, "too", "many"));
        metrics.Collect(NosMetrics.PendingPods, sink => sink.Add(2, "NodeResources"));

        var exposition = Exposition.Read(metrics);

        Assert.Equal(["NotAdmitted", "NodeResources"], exposition.Label("nos_pending_pods", "reason"));
        Assert.Equal("counter", exposition.Types["nos_watch_restarts_total"]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("\\\"\n\\", "\\\\\\\"\\n\\\\")]
    [InlineData("größe-µ", "größe-µ")]
    [InlineData("{x=\"y\"} 1", "{x=\\\"y\\\"} 1")]
    public void Escapes_label_values(string value, string written)
    {
        metrics.Collect(NosMetrics.PendingPods, sink => sink.Add(1, value));

        Assert.Equal(1, Exposition.Read(metrics).Samples[$"nos_pending_pods{{reason=\"{written}\"}}"]);
    }

    [Fact]
    public void A_label_value_that_is_no_text_stays_readable()
    {
        metrics.Collect(NosMetrics.PendingPods, sink => sink.Add(1, "half \ud83d of a letter"));

        Assert.Equal(["half � of a letter"], Exposition.Read(metrics).Label("nos_pending_pods", "reason"));
    }

    [Fact]
    public void Leaves_empty_labels_out()
    {
        metrics.Collect(NosMetrics.GpuMemory, sink =>
        {
            sink.Add(1, "n", "", "Used");
            sink.Add(2, "", "", "");
        });

        var samples = Exposition.Read(metrics).Samples;

        Assert.Equal((1, 2), (samples["""nos_gpu_memory_bytes{node="n",state="Used"}"""], samples["nos_gpu_memory_bytes"]));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(1732406400.25, "1732406400.25")]
    [InlineData(1e21, "1E+21")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    [InlineData(-double.Epsilon, "-5E-324")]
    public void Writes_any_number_as_the_format_wants_it(double value, string written)
    {
        metrics.Collect(NosMetrics.Leader, sink => sink.Add(value));

        Assert.Contains($"\nnos_leader {written}\n", Exposition.Text(metrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_registries_share_nothing()
    {
        using var other = new MetricRegistry(NullLogger<MetricRegistry>.Instance);
        other.Counter(NosMetrics.ReconcileErrors).With("gpunode").Add(5);
        metrics.Counter(NosMetrics.ReconcileErrors).With("gpunode").Add();

        Assert.Equal(1, Exposition.Read(metrics).Samples["""nos_reconcile_errors_total{loop="gpunode"}"""]);
    }

    [Fact]
    public void Every_number_reaches_whoever_listens_to_the_meter()
    {
        var heard = new List<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == metrics && instrument.Name.StartsWith("nos_", StringComparison.Ordinal))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => heard.Add(Describe(instrument, value, tags)));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => heard.Add(Describe(instrument, value, tags)));
        listener.Start();

        metrics.Histogram(NosMetrics.PartitionDuration).With("MIG", "created").Observe(0.7);
        metrics.Counter(NosMetrics.ReclaimVictims).With("R1").Add(2);
        metrics.Collect(NosMetrics.GpuMemory, sink => sink.Add(4, "n", "", "Free"));
        metrics.Collect(NosMetrics.WatchRestarts, sink => sink.Add(6, "Pod"));
        listener.RecordObservableInstruments();

        Assert.Equal(
            ["nos_partition_duration_seconds{mode=MIG,result=created} 0.7", "nos_reclaim_victims_total{rule=R1} 2", "nos_gpu_memory_bytes{node=n,state=Free} 4", "nos_watch_restarts_total{kind=Pod} 6"],
            heard);
    }

    [Fact]
    public void Refuses_to_use_a_metric_as_what_it_is_not()
    {
        Assert.Throws<ArgumentException>(() => metrics.Counter(NosMetrics.Leader));
        Assert.Throws<ArgumentException>(() => metrics.Histogram(NosMetrics.ReconcileErrors));
        Assert.Throws<ArgumentException>(() => metrics.Collect(NosMetrics.BindWait, _ => { }));
        Assert.Throws<ArgumentException>(() => metrics.Counter(MetricDefinition.Counter("nobody_knows_total", "What nobody knows")));
        Assert.Throws<ArgumentException>(() => metrics.Counter(NosMetrics.ReconcileErrors).With());
        Assert.Throws<ArgumentException>(() => metrics.Counter(NosMetrics.ReconcileErrors).With("a", "b"));
        Assert.Throws<ArgumentOutOfRangeException>(() => metrics.Counter(NosMetrics.ReconcileErrors).With("a").Add(-1));
    }

    [PromtoolFact]
    public async Task Promtool_finds_nothing_to_say()
    {
        metrics.Histogram(NosMetrics.ExtenderRequestDuration).With("filter", "ok").Observe(0.001);
        metrics.Counter(NosMetrics.ReconcileErrors).With("gpunode").Add();
        metrics.Collect(NosMetrics.PendingPods, sink => sink.Add(1, "quote \" slash \\ line \n"));
        metrics.Collect(NosMetrics.FragmentationRatio, sink => sink.Add(double.NaN, "n"));
        using var promtool = Process.Start(new ProcessStartInfo(PromtoolFactAttribute.Find()!, ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(Exposition.Text(metrics));
        promtool.StandardInput.Close();
        var (said, complained) = (await promtool.StandardOutput.ReadToEndAsync(), await promtool.StandardError.ReadToEndAsync());
        await promtool.WaitForExitAsync();

        Assert.Equal((0, "", ""), (promtool.ExitCode, said, complained));
    }

    private static string Describe<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : IFormattable =>
        $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}} {value.ToString(null, CultureInfo.InvariantCulture)}";
}
