namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>A process with a share that the GPU does not serve: its user is not that of the others, and MPS serves one user at a time.</summary>
/// <param name="Pid">The process, in the host's numbering.</param>
/// <param name="Uid">Its user.</param>
/// <param name="ServedUid">The user that is served; <see langword="null"/> where that is not known.</param>
/// <param name="Shares">The ids of its shares; none where it does not tell them.</param>
internal sealed record QueuedClient(int Pid, int Uid, int? ServedUid, IReadOnlyList<string> Shares);
