using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Leading;

/// <summary>
/// Notices in the signatures of GpuNodes whether somebody who leads by another Lease writes them, too. What was written before our term says nothing:
/// its writer may have been stopped since. Who leads by the same Lease is a predecessor or a successor, and no rival.
/// </summary>
/// <param name="lease">Namespace and name of our own Lease.</param>
/// <param name="time">The clock.</param>
public sealed class RivalWatch(string lease, TimeProvider time)
{
    /// <summary>How long a rival who is not heard of any more is still spoken of.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<string, string?> signatures = new(StringComparer.Ordinal);
    private long? foreign;
    private bool watches;
    private volatile Rival? latest;

    /// <summary>The rival heard of last; <see langword="null"/> where there was none in the last ten minutes.</summary>
    public Rival? Latest => latest is { } rival && time.GetElapsedTime(rival.SeenAt) < Memory ? rival : null;

    /// <summary>
    /// Whether there may be a rival: one was heard of, or our term began a short while ago with GpuNodes that somebody who led by another Lease had written. He may
    /// have been stopped, or not have written since.
    /// </summary>
    public bool AreLikely => Latest is not null || (foreign is { } began && time.GetElapsedTime(began) < Memory);

    /// <summary>Our term has begun, with these GpuNodes.</summary>
    public void Begin(IEnumerable<GpuNodeDocument> gpuNodes)
    {
        lock (gate)
        {
            foreach (var gpuNode in gpuNodes)
            {
                var signature = signatures[gpuNode.Metadata.Name] = gpuNode.Metadata.Annotation(NosKeys.WrittenBy);
                foreign ??= IsForeign(Signature.Read(signature)) ? time.GetTimestamp() : null;
            }

            watches = true;
        }
    }

    /// <summary>Looks at a GpuNode as it is now.</summary>
    /// <returns>The rival, where one has written it since it was seen last; else <see langword="null"/>.</returns>
    public Rival? See(GpuNodeDocument gpuNode)
    {
        var name = gpuNode.Metadata.Name;
        var signature = gpuNode.Metadata.Annotation(NosKeys.WrittenBy);
        lock (gate)
        {
            var isKnown = signatures.TryGetValue(name, out var before);
            if (!watches || (isKnown && before == signature))
            {
                return null;
            }

            signatures[name] = signature;
        }

        return Signature.Read(signature) is { } writer && IsForeign(writer) ? latest = new Rival(name, writer, time.GetTimestamp()) : null;
    }

    private bool IsForeign(Signature? writer) => writer is not null && writer.Lease != lease;
}
