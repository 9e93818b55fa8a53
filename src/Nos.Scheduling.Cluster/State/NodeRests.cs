using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// Nodes on which a cut failed, and how long each rests: 10 s, twice as long after each further failure, at most 5 min; from anew after a success. One whose
/// agent was only slow rests no longer than that lasts. Not thread-safe.
/// </summary>
internal sealed class NodeRests(TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, NodeRest> rests = new(StringComparer.Ordinal);

    /// <summary>The rest that the node is taking; <see langword="null"/> where it takes none.</summary>
    internal NodeRest? Find(string node) => rests.GetValueOrDefault(node) is { IsOver: false } rest ? rest : null;

    /// <summary>A cut failed. While the node rests already nothing is added: cuts that began together fail together, and that is one failure.</summary>
    /// <param name="node">The node.</param>
    /// <param name="awaits">The spec generation that the agent has not come to; <see langword="null"/> where it came to it and failed.</param>
    /// <returns>The rest that follows.</returns>
    internal NodeRest Fail(string node, long? awaits)
    {
        if (Find(node) is { } resting && resting.Until > time.GetUtcNow())
        {
            var both = resting.Awaits is { } earlier && awaits is { } later ? Math.Max(earlier, later) : (long?)null;
            return rests[node] = resting with { Awaits = both };
        }

        var failures = (rests.GetValueOrDefault(node)?.Failures ?? 0) + 1;
        var pause = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(failures - 1, 16)));
        return rests[node] = new NodeRest(failures, pause, time.GetUtcNow() + pause, awaits);
    }

    /// <summary>Looks at a report: an agent that was slow and has caught up is well.</summary>
    internal void See(string node, GpuNodeDocument? gpuNode)
    {
        if (rests.GetValueOrDefault(node)?.Awaits is { } generation && HasCarriedOut(gpuNode, generation))
        {
            rests.Remove(node);
        }
    }

    /// <summary>A cut succeeded, or the node is gone.</summary>
    /// <returns>Whether it rested.</returns>
    internal bool Forget(string node) => rests.Remove(node, out var rest) && !rest.IsOver;

    /// <summary>The nodes whose rest has ended since this was asked last. What failed before is remembered until a cut succeeds.</summary>
    internal IReadOnlyList<string> NewlyEnded()
    {
        var now = time.GetUtcNow();
        var ended = rests.Where(rest => !rest.Value.IsOver && rest.Value.Until <= now).Select(rest => rest.Key).ToArray();
        foreach (var node in ended)
        {
            rests[node] = rests[node] with { IsOver = true };
        }

        return ended;
    }

    private static bool HasCarriedOut(GpuNodeDocument? gpuNode, long generation) =>
        gpuNode?.Status is { ObservedGeneration: { } observed } status && observed >= generation && observed <= gpuNode.Metadata.Generation
        && status.Gpus.All(gpu => gpu.Slices.All(slice => slice.State is SliceStates.Free or SliceStates.Used));
}
