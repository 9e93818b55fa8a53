using System.Collections.Concurrent;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Lets callers wait for the next change of a node, without a timer and without polling.</summary>
internal sealed class NodeSignals
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);

    internal Task Next(string node) =>
        waiting.GetOrAdd(node, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    internal void Fire(string node)
    {
        if (waiting.TryRemove(node, out var signal))
        {
            signal.SetResult();
        }
    }
}
