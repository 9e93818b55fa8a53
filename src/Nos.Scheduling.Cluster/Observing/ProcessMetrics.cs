using System.Diagnostics;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary>What every process tells of itself, by the names that Prometheus' client libraries use.</summary>
public static class ProcessMetrics
{
    private static readonly MetricDefinition Cpu = MetricDefinition.Counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds");
    private static readonly MetricDefinition Resident = MetricDefinition.Gauge("process_resident_memory_bytes", "Resident memory size in bytes");
    private static readonly MetricDefinition Anonymous = MetricDefinition.Gauge(
        "process_resident_anonymous_memory_bytes", "Resident memory that is no file's in bytes: what the process itself took");

    private static readonly MetricDefinition Virtual = MetricDefinition.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes");
    private static readonly MetricDefinition Started = MetricDefinition.Gauge(
        "process_start_time_seconds", "Start time of the process since unix epoch in seconds");

    private static readonly MetricDefinition OpenFiles = MetricDefinition.Gauge("process_open_fds", "Number of open file descriptors");
    private static readonly MetricDefinition MostFiles = MetricDefinition.Gauge("process_max_fds", "Maximum number of open file descriptors");
    private static readonly MetricDefinition Collections = MetricDefinition.Counter("dotnet_gc_collections_total", "Garbage collections", "generation");
    private static readonly MetricDefinition Pauses = MetricDefinition.Counter("dotnet_gc_pause_seconds_total", "Time that garbage collections stopped the process");
    private static readonly MetricDefinition Heap = MetricDefinition.Gauge("dotnet_gc_heap_size_bytes", "Size of the managed heap after the last collection");
    private static readonly MetricDefinition Allocated = MetricDefinition.Counter("dotnet_gc_allocated_bytes_total", "Bytes allocated on the managed heap");
    private static readonly MetricDefinition Threads = MetricDefinition.Gauge("dotnet_thread_pool_threads", "Threads of the thread pool");
    private static readonly MetricDefinition Queue = MetricDefinition.Gauge("dotnet_thread_pool_queue_length", "Work items that wait for a thread");
    private static readonly MetricDefinition Contentions = MetricDefinition.Counter("dotnet_lock_contentions_total", "How often a thread had to wait for a lock");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
        [Cpu, Resident, Anonymous, Virtual, Started, OpenFiles, MostFiles, Collections, Pauses, Heap, Allocated, Threads, Queue, Contentions];

    /// <summary>Adds the collectors. What the operating system does not tell has no sample.</summary>
    internal static void Collect(MetricRegistry registry)
    {
        using var process = Process.GetCurrentProcess();
        var startTime = new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
        registry.Collect(Cpu, sink => sink.Add(Environment.CpuUsage.TotalTime.TotalSeconds));
        registry.Collect(Resident, sink => sink.Add(Environment.WorkingSet));
        registry.Collect(Anonymous, sink => AddKnown(sink, ProcessFiles.StatusBytes("RssAnon:")));
        registry.Collect(Virtual, sink => AddKnown(sink, ProcessFiles.StatusBytes("VmSize:")));
        registry.Collect(Started, sink => sink.Add(startTime));
        registry.Collect(OpenFiles, sink => AddKnown(sink, ProcessFiles.OpenFiles()));
        registry.Collect(MostFiles, sink => AddKnown(sink, ProcessFiles.MostFiles()));
        registry.Collect(Collections, AddCollections);
        registry.Collect(Pauses, sink => sink.Add(GC.GetTotalPauseDuration().TotalSeconds));
        registry.Collect(Heap, sink => sink.Add(GC.GetGCMemoryInfo().HeapSizeBytes));
        registry.Collect(Allocated, sink => sink.Add(GC.GetTotalAllocatedBytes()));
        registry.Collect(Threads, sink => sink.Add(ThreadPool.ThreadCount));
        registry.Collect(Queue, sink => sink.Add(ThreadPool.PendingWorkItemCount));
        registry.Collect(Contentions, sink => sink.Add(Monitor.LockContentionCount));
    }

    private static void AddCollections(ISampleSink sink)
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // The runtime counts a collection for every younger generation too.
            var older = generation == GC.MaxGeneration ? 0 : GC.CollectionCount(generation + 1);
            sink.Add(GC.CollectionCount(generation) - older, $"{generation}");
        }
    }

    private static void AddKnown(ISampleSink sink, double? value)
    {
        if (value is { } known)
        {
            sink.Add(known);
        }
    }
}
