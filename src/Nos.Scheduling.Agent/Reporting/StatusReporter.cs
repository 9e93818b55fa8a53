using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Writes one node's report when it says something new, at most twice a second, and never creates the GpuNode.</summary>
/// <param name="writes">The API server.</param>
/// <param name="node">The node's name, which is the GpuNode's.</param>
/// <param name="time">The clock.</param>
/// <param name="complaints">Shared by all nodes.</param>
/// <param name="logger">Told of failures.</param>
internal sealed partial class StatusReporter(QueuedWrites writes, string node, TimeProvider time, Complaints complaints, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryRefused = TimeSpan.FromSeconds(15);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly WritePace pace = new(time);

    private Condition[] conditions = [];
    private string? uid;
    private string? version;
    private UInt128? stored;
    private UInt128? sent;
    private UInt128? storedAsSent;
    private long reportedGeneration = -1;
    private ReportedSlices reportedSlices = ReportedSlices.None;
    private bool isClosed;

    /// <summary>Takes note of the GpuNode as the server has it now.</summary>
    /// <returns>Whether its report is not the one written last: somebody else wrote, or nobody has yet.</returns>
    public bool Observe(GpuNodeDocument gpuNode)
    {
        lock (gate)
        {
            // What was on its way while we wrote says nothing of what is stored now.
            if (gpuNode.Metadata.Uid == uid && ResourceVersions.IsOlder(gpuNode.Metadata.ResourceVersion, version))
            {
                return false;
            }

            Note(gpuNode);
            return stored is null || stored != storedAsSent;
        }
    }

    /// <summary>Takes note that there is no GpuNode.</summary>
    public void ObserveAbsence()
    {
        lock (gate)
        {
            (uid, version, stored, sent, storedAsSent, conditions, reportedGeneration, reportedSlices) = (null, null, null, null, null, [], -1, ReportedSlices.None);
        }
    }

    /// <summary>Writes the report if it differs from what is stored and its turn has come.</summary>
    /// <param name="report">The report; the times of its conditions are filled in here.</param>
    /// <param name="about">The uid of the GpuNode whose spec it is about: to another one of its name it is not written. <see langword="null"/>: to whichever.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>When to come again with the newest report; <see langword="null"/> where all is said.</returns>
    public async Task<DateTimeOffset?> ReportAsync(GpuNodeStatus report, string? about, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            var dated = report with { Conditions = NodeConditions.Since(conditions, report.Conditions, time.GetUtcNow()) };
            var fingerprint = StatusJson.Fingerprint(dated);
            if (isClosed || IsStored(fingerprint))
            {
                return null;
            }

            var slices = ReportedSlices.Of(report);
            if (pace.Earliest(HasteOf(dated, slices)) is { } later)
            {
                return later;
            }

            Sent(await WriteAsync(StatusJson.Patch(dated, about), cancellation), dated, fingerprint, slices);
            return null;
        }
        catch (KubeApiException gone) when (gone.IsNotFound)
        {
            // The server creates it, and then we hear of it.
            return null;
        }
        catch (KubeApiException another) when (IsAnother(another))
        {
            // We shall hear of it, and what is said to it is decided anew.
            return time.GetUtcNow() + RetryRefused;
        }
        catch (KubeApiException refused)
        {
            Complain(refused);
            return time.GetUtcNow() + (refused.IsTransient ? refused.RetryAfter ?? Retry : RetryRefused);
        }
        finally
        {
            writing.Release();
        }
    }

    private WriteHaste HasteOf(GpuNodeStatus report, ReportedSlices slices) =>
        report.ObservedGeneration != reportedGeneration || slices.Advertised > reportedSlices.Advertised ? WriteHaste.Now
        : slices.AreOnlyMoreUsedThan(reportedSlices) && report.Conditions.SequenceEqual(conditions) ? WriteHaste.Idle
        : WriteHaste.Soon;

    private async Task<GpuNodeDocument> WriteAsync(JsonNode patch, CancellationToken cancellation)
    {
        pace.Passed();
        try
        {
            return await writes.PatchAsync(KubeResources.GpuNodes, null, node, patch, cancellation, "status");
        }
        finally
        {
            pace.Ended();
        }
    }

    /// <summary>Writes that the node is not Ready any more, and nothing after that.</summary>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation);
        try
        {
            isClosed = true;
            if (stored is not null)
            {
                var last = conditions.Where(condition => condition.Type != "Ready").Prepend(NodeConditions.Stopping);
                await writes.PatchAsync(
                    KubeResources.GpuNodes, null, node, StatusJson.Patch(NodeConditions.Since(conditions, last, time.GetUtcNow()), uid), cancellation, "status");
            }
        }
        catch (KubeApiException refused)
        {
            if (!refused.IsNotFound && !IsAnother(refused))
            {
                Complain(refused);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    /// <summary>A server may store less than it was sent (a field that its CRD does not know): that is no reason to send it again for ever.</summary>
    private bool IsStored(UInt128 fingerprint)
    {
        lock (gate)
        {
            return stored is not null && (stored == fingerprint || (sent == fingerprint && stored == storedAsSent));
        }
    }

    private void Sent(GpuNodeDocument written, GpuNodeStatus report, UInt128 fingerprint, ReportedSlices slices)
    {
        lock (gate)
        {
            Note(written);
            (sent, storedAsSent, conditions) = (fingerprint, stored, report.Conditions);
            (reportedGeneration, reportedSlices) = (report.ObservedGeneration ?? -1, slices);
        }
    }

    private void Note(GpuNodeDocument gpuNode)
    {
        uid = gpuNode.Metadata.Uid;
        version = gpuNode.Metadata.ResourceVersion;
        stored = gpuNode.Status is { } status ? StatusJson.Fingerprint(status) : null;
        conditions = gpuNode.Status?.Conditions ?? [];
    }

    /// <summary>
    /// The GpuNode that was reported on is gone, and another one has its name: a report about the one is no report about the other. A test that fails is
    /// told without a cause, a report that the schema refuses with one.
    /// </summary>
    private static bool IsAnother(KubeApiException refused) => refused is { Status: HttpStatusCode.UnprocessableEntity, Causes.Count: 0 };

    private void Complain(KubeApiException refused)
    {
        if (complaints.IsNews($"status {refused.Reason}"))
        {
            LogFailed(node, refused.Status, refused.Message);
        }
    }

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning, Message = "The report of {Node} could not be written ({Status}): {Reason}. It is tried again; other nodes that fail so are not named for a minute")]
    private partial void LogFailed(string node, HttpStatusCode status, string reason);
}
