namespace Nos.Scheduling.Agent.Mps;

/// <summary>Makes out who uses a shared GPU and who is made to wait for it.</summary>
/// <param name="gpu">The GPU.</param>
/// <param name="logger">Told once of each that waits.</param>
internal sealed partial class ClientWatch(MpsFolder gpu, ILogger logger)
{
    private readonly ControlLog log = new(Path.Combine(gpu.Log, "control.log"));
    private HashSet<int> told = [];

    /// <summary>What is to be said of the daemon.</summary>
    /// <param name="daemon">The daemon as it was seen last.</param>
    /// <param name="servers">What it has told just now.</param>
    public DaemonState See(DaemonState daemon, IReadOnlyList<MpsServer> servers)
    {
        log.Follow();
        ControlLog.Limit(Path.Combine(gpu.Log, "server.log"));
        var clients = servers.SelectMany(server => server.Clients).Order().ToList();
        var uid = clients.Select(pid => log.UserOf(pid) ?? HostProcesses.UserOf(pid)).FirstOrDefault(user => user is not null);

        // With nobody served the next server is about to start, and all wait for a moment.
        var waiting = log.Waiting(clients.ToHashSet(), HostProcesses.Exists).Where(client => clients.Count > 0 && client.Uid != uid).ToList();
        foreach (var client in waiting.Where(client => !told.Contains(client.Pid)))
        {
            LogWaiting(gpu.Uuid, client.Pid, client.Uid, uid);
        }

        told = [.. waiting.Select(client => client.Pid)];
        return daemon with
        {
            Fault = servers.Any(server => server.IsFaulty)
                ? "A process that used the GPU did something fatal, and its MPS server takes no new clients until all that it has have ended: restart the pods that hang."
                : null,
            Uid = uid,
            Clients = clients,
            Waiting = waiting,
        };
    }

    [LoggerMessage(EventId = 528, Level = LogLevel.Warning, Message = "{Gpu}: process {Pid} of user {Uid} waits until every process of user {Served} has left the GPU: MPS serves one user at a time")]
    private partial void LogWaiting(string gpu, int pid, int uid, int? served);
}
