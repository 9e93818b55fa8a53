using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>One GPU as far as it is shared: the agent's side of its folder. Starts and ends no daemon; asks the supervisor for one and the daemon who uses it.</summary>
/// <param name="root">As <c>--mps-root</c> says.</param>
/// <param name="uuid">The device's UUID.</param>
/// <param name="program">NVIDIA's program.</param>
/// <param name="pace">How fast.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedGpu(string root, string uuid, MpsProgram program, MpsPace pace, TimeProvider time) : IDisposable
{
    private const string NoSupervisor = "No MPS supervisor works on this node: see that the DaemonSet nos-mps has a pod here.";

    private readonly MpsFolder folder = MpsFolder.Of(root, uuid);
    private readonly MpsControl control = new(program, MpsFolder.Of(root, uuid), pace.Command);
    private readonly SemaphoreSlim turn = new(1);

    /// <summary>Changes whenever there may be something new to read; empty while nothing is shared.</summary>
    public string Mark => File.Exists(folder.Wanted)
        ? $"{StateFile.IsAlive(root, time.GetUtcNow())} {File.GetLastWriteTimeUtc(folder.State):O} {StateFile.Read(folder) is { Pid: { } pid } && HostProcesses.IsDaemonOf(pid, folder)}"
        : "";

    /// <summary>Whether its daemon has not ended, or is about to start: then it is not to be cut by MIG.</summary>
    public bool IsShared => File.Exists(folder.Wanted) || File.Exists(folder.Mode);

    /// <summary>The GPU with its shares, as its MIG driver shows it without.</summary>
    public async Task<GpuReading> ReadAsync(GpuReading gpu, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder.Path))
        {
            return gpu with { ShareObstacle = gpu.ShareObstacle ?? (StateFile.IsAlive(root, time.GetUtcNow()) ? null : NoSupervisor) };
        }

        var daemon = await DaemonAsync(cancellation);
        try
        {
            var shares = ShareFile.Read(folder);
            UnwantLeftover(shares.Count);
            var used = daemon.Clients.Concat(daemon.Waiting.Select(client => client.Pid)).SelectMany(ShareHolders.SharesOf).ToHashSet(StringComparer.Ordinal);
            return gpu with
            {
                Slices = [.. gpu.Slices, .. shares.Select(share => new LiveSlice(share, null, used.Contains(share.IdOn(gpu.Index))))],
                ShareObstacle = gpu.ShareObstacle ?? (daemon.IsServing || StateFile.IsAlive(root, time.GetUtcNow()) ? null : NoSupervisor),
                Queued = [.. daemon.Waiting.Select(client => new QueuedClient(client.Pid, client.Uid, daemon.Uid, ShareHolders.SharesOf(client.Pid)))],
                Fault = gpu.Fault ?? (shares.Count == 0 || daemon.IsServing ? null : daemon.Fault),
            };
        }
        catch (Exception unknown) when (unknown is MpsException or IOException or UnauthorizedAccessException)
        {
            return gpu with { Fault = gpu.Fault ?? unknown.Message };
        }
    }

    /// <summary>Makes a share. When the call returns the GPU's daemon serves and the share is on the disk.</summary>
    /// <exception cref="GpuDriverException">It cannot be; nothing has changed.</exception>
    public Task CreateAsync(SlicePlace place, GpuReading gpu, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            var shares = ShareFile.Read(folder);
            if (shares.Contains(place.Shape))
            {
                return;
            }

            var present = gpu.Slices.Select(slice => slice.Shape).Concat(shares).ToList();
            if ((gpu.ShareObstacle ?? Coexistence.Obstacle(gpu.Model, gpu.Index, present, place.Shape)) is { } why)
            {
                throw new MpsException(why);
            }

            try
            {
                await ShareGpuAsync(cancellation);
                ShareFile.Write(folder, [.. shares, place.Shape]);
            }
            finally
            {
                // Nobody has anything of a daemon without shares.
                if (ShareFile.Read(folder).Count == 0)
                {
                    WholeFile.Remove(folder.Wanted);
                }
            }
        },
        cancellation);

    /// <summary>Removes a share; with the last one the GPU is shared no more.</summary>
    /// <exception cref="GpuDriverException">It is in use, or may be.</exception>
    public Task DestroyAsync(SlicePlace place, CancellationToken cancellation) => AloneAsync(
        async () =>
        {
            var shares = ShareFile.Read(folder);
            if (!shares.Contains(place.Shape))
            {
                return;
            }

            var told = StateFile.Read(folder) ?? DaemonState.None;
            RefuseUsed(place, told.Clients.Concat(told.Waiting.Select(client => client.Pid)), isSilenceNo: false);
            if (HostProcesses.DaemonOf(folder) is not null)
            {
                // Asked anew: what was read before may be a second old.
                var servers = await control.ServersAsync(cancellation);
                RefuseUsed(place, servers.SelectMany(server => server.Clients), isSilenceNo: true);
            }

            ShareFile.Write(folder, shares.Where(share => share != place.Shape));
            if (shares.Count == 1)
            {
                WholeFile.Remove(folder.Wanted);
            }
        },
        cancellation);

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <summary>An agent that was killed while it made the first share has left a daemon that nobody wants.</summary>
    private void UnwantLeftover(int shares)
    {
        if (shares > 0 || !File.Exists(folder.Wanted) || !turn.Wait(0))
        {
            return;
        }

        try
        {
            if (ShareFile.Read(folder).Count == 0)
            {
                WholeFile.Remove(folder.Wanted);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task ShareGpuAsync(CancellationToken cancellation)
    {
        if (!File.Exists(folder.Wanted))
        {
            WholeFile.Write(folder.Wanted, "");
        }

        for (var began = time.GetTimestamp(); ;)
        {
            var daemon = await DaemonAsync(cancellation);
            if (daemon.IsServing)
            {
                return;
            }

            if (!StateFile.IsAlive(root, time.GetUtcNow()))
            {
                throw new MpsException(NoSupervisor);
            }

            if (StateFile.Read(folder)?.Fault is { } fault)
            {
                throw new MpsException(fault);
            }

            if (time.GetElapsedTime(began) > pace.Sharing)
            {
                throw new MpsException($"The MPS supervisor has not started the GPU's daemon within {pace.Sharing.TotalSeconds:0.#} s: see the log of the pod nos-mps on this node.");
            }

            await Task.Delay(pace.Glance / 4, time, cancellation);
        }
    }

    /// <summary>The daemon as the supervisor sees it; where none works, as it answers itself: what runs is used, whoever started it.</summary>
    private async Task<DaemonState> DaemonAsync(CancellationToken cancellation)
    {
        var told = StateFile.Read(folder);
        if (StateFile.IsAlive(root, time.GetUtcNow()))
        {
            return told switch
            {
                { Fault: not null } => told,
                { Pid: { } known } when HostProcesses.IsDaemonOf(known, folder) => told,
                { Pid: { } dead } => told with { Pid = null, Fault = $"Its MPS daemon (process {dead}) has ended." },
                _ => DaemonState.None with { Fault = "The MPS supervisor has not started the GPU's daemon yet." },
            };
        }

        if (HostProcesses.DaemonOf(folder) is not { } pid)
        {
            return DaemonState.None with { Fault = $"Its MPS daemon does not run. {NoSupervisor}" };
        }

        try
        {
            var servers = await control.ServersAsync(cancellation);
            return DaemonState.None with { Pid = pid, Uid = told?.Uid, Clients = [.. servers.SelectMany(server => server.Clients)] };
        }
        catch (MpsException silent)
        {
            return DaemonState.None with { Pid = pid, Fault = $"{silent.Message} {NoSupervisor}" };
        }
    }

    /// <param name="place">The share.</param>
    /// <param name="clients">Who is on the GPU.</param>
    /// <param name="isSilenceNo">Whether one that does not tell its share may be on this one: not where the process ids may be old.</param>
    private static void RefuseUsed(SlicePlace place, IEnumerable<int> clients, bool isSilenceNo)
    {
        foreach (var pid in clients.Where(HostProcesses.Exists))
        {
            var shares = ShareHolders.SharesOf(pid);
            if (shares.Contains(place.Id, StringComparer.Ordinal))
            {
                throw new MpsException($"Process {pid} is still on {place.Id}; it stays until that has ended.");
            }

            if (isSilenceNo && shares.Count == 0)
            {
                throw new MpsException($"Process {pid} uses the GPU and does not tell which share: {ContainerVariables.MpsShares} is not in its environment. {place.Id} stays until it has ended.");
            }
        }
    }

    private async Task AloneAsync(Func<Task> step, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            await step();
        }
        catch (Exception refused) when (refused is MpsException or IOException or UnauthorizedAccessException)
        {
            throw new GpuDriverException(refused.Message);
        }
        finally
        {
            turn.Release();
        }
    }
}
