namespace Nos.Scheduling.Agent.Mps;

/// <summary>A server of a daemon: the one process that holds the GPU for its clients, all of one user.</summary>
/// <param name="Pid">Its process.</param>
/// <param name="Status">In NVIDIA's word.</param>
/// <param name="Clients">The processes that it serves.</param>
internal sealed record MpsServer(int Pid, string Status, IReadOnlyList<int> Clients)
{
    /// <summary>A client did something fatal: until all clients have ended no new one gets in.</summary>
    public bool IsFaulty => Status == "FAULT";
}
