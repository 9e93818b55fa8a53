namespace Nos.Scheduling.Agent.Mps;

/// <summary>A process that its daemon makes wait, since the server serves another user: until all clients of that one have ended.</summary>
/// <param name="Pid">The process.</param>
/// <param name="Uid">Its user.</param>
internal sealed record WaitingClient(int Pid, int Uid);
