using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent;

/// <summary>The agents that a process runs: the one of its own node, or those of every node that it plays.</summary>
internal interface IAgents : IDisposable
{
    /// <summary>The nodes with their reports as they would be now; worked out anew at each call.</summary>
    IReadOnlyList<GpuNodeDocument> GpuNodes { get; }

    /// <summary>How often each kind's watch had to start anew.</summary>
    IReadOnlyList<(string Kind, long Restarts)> WatchRestarts { get; }

    /// <summary>Completes when all that there was at the start is known and the agents work.</summary>
    Task Synced { get; }

    /// <summary>Works until cancelled; then every node is reported as not Ready first, and after that the work in hand ends.</summary>
    /// <returns>Whether that was all: <see langword="false"/> where the process should be started anew.</returns>
    Task<bool> RunAsync(CancellationToken cancellation);
}
