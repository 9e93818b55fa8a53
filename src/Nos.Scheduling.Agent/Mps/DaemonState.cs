using System.Text.Json.Serialization;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>What the supervisor saw of a GPU's daemon last, as its file <c>state</c> says it to the agent.</summary>
/// <param name="Pid">The daemon; <see langword="null"/> where none runs.</param>
/// <param name="Since">When the supervisor found or started it; <see langword="null"/> where none runs.</param>
/// <param name="Fault">Why the GPU cannot be used as a shared one, in sentences that say what to do; <see langword="null"/> where it can, or need not.</param>
/// <param name="Uid">The user of the clients that are let in; <see langword="null"/> where there are none, or it is not known.</param>
/// <param name="Clients">The processes that use the GPU.</param>
/// <param name="Waiting">Those that are made to wait.</param>
internal sealed record DaemonState(int? Pid, DateTimeOffset? Since, string? Fault, int? Uid, IReadOnlyList<int> Clients, IReadOnlyList<WaitingClient> Waiting)
{
    /// <summary>No daemon, and none is wanted.</summary>
    public static DaemonState None { get; } = new(null, null, null, null, [], []);

    /// <summary>Whether the GPU can be used through its daemon.</summary>
    [JsonIgnore]
    public bool IsServing => Pid is not null && Fault is null;
}
