namespace Nos.Scheduling.Agent.Mps;

/// <summary>The verb <c>mps</c>: keeps one control daemon per GPU that the agent wants shared. Knows no API server; it is told and tells by files.</summary>
/// <param name="root">As <c>--mps-root</c> says.</param>
/// <param name="program">NVIDIA's program.</param>
/// <param name="pace">How fast.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what it does.</param>
internal sealed partial class MpsSupervisor(string root, MpsProgram program, MpsPace pace, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly Dictionary<MpsFolder, (DaemonKeeper Keeper, Task Keeping)> keepers = [];
    private bool isTroubled;

    /// <summary>Works until cancelled. Daemons that have clients then go on, as far as the container lets them, for the next supervisor to take over.</summary>
    /// <exception cref="IOException">The root cannot be written. <see cref="UnauthorizedAccessException"/> likewise.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(root);
        try
        {
            await using var only = await AloneAsync(cancellation);
            var hasOwnMemory = await CanMountAsync(cancellation);
            LogStarted(root);
            while (true)
            {
                Round(hasOwnMemory, cancellation);
                await Task.Delay(pace.Glance, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await LeaveAsync();
        }
    }

    /// <summary>Shows that it is alive, and takes on GPUs that are new. Must not end with an exception: this process's end may be that of all daemons.</summary>
    private void Round(bool hasOwnMemory, CancellationToken cancellation)
    {
        try
        {
            foreach (var gpu in MpsFolder.All(root).Where(gpu => !keepers.ContainsKey(gpu)))
            {
                var keeper = new DaemonKeeper(gpu, program, hasOwnMemory, pace, time, logger);
                keepers[gpu] = (keeper, KeepAsync(gpu, keeper, cancellation));
            }

            StateFile.SignLife(root, time.GetUtcNow());
            isTroubled = false;
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            if (!isTroubled)
            {
                LogUnwritable(root, trouble.Message);
            }

            isTroubled = true;
        }
    }

    /// <summary>Two of them would start two daemons; the later waits for the earlier to end.</summary>
    private async Task<FileStream> AloneAsync(CancellationToken cancellation)
    {
        for (var isTold = false; ; isTold = true)
        {
            try
            {
                return new FileStream(Path.Combine(root, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException taken) when (taken is not (DirectoryNotFoundException or PathTooLongException))
            {
                if (!isTold)
                {
                    LogNotAlone(root, taken.Message);
                }
            }

            await Task.Delay(pace.Look, time, cancellation);
        }
    }

    private async Task<bool> CanMountAsync(CancellationToken cancellation)
    {
        try
        {
            var unshare = new MpsProgram("unshare", time);
            if (await unshare.RunAsync(["--mount", "true"], new MpsFolder(root), "", pace.Command, cancellation) is (0, _))
            {
                return true;
            }
        }
        catch (MpsException)
        {
            // Not there, or not allowed: told below.
        }

        LogNoMounts();
        return false;
    }

    private async Task KeepAsync(MpsFolder gpu, DaemonKeeper keeper, CancellationToken cancellation)
    {
        var said = "";
        while (true)
        {
            var wasWanted = File.Exists(gpu.Wanted);
            var seen = await keeper.LookAsync(cancellation);
            said = Say(gpu, seen, said);

            // Without a daemon it is the keeper's own pauses that count.
            var longest = wasWanted && seen.Pid is null ? pace.Glance : pace.Look;
            for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < longest && File.Exists(gpu.Wanted) == wasWanted && Lives(gpu, seen);)
            {
                await Task.Delay(pace.Glance, time, cancellation);
            }
        }
    }

    /// <summary>Whether nothing has ended since.</summary>
    private static bool Lives(MpsFolder gpu, DaemonState seen) => seen.Pid is not { } pid || HostProcesses.IsDaemonOf(pid, gpu);

    /// <summary>Writes it only where it is news, or where the file is gone.</summary>
    private string Say(MpsFolder gpu, DaemonState seen, string said)
    {
        var word = $"{seen.Pid} {seen.Since:O} {seen.Fault} {seen.Uid} {string.Join(',', seen.Clients)} {string.Join(',', seen.Waiting)}";
        try
        {
            if (word != said || !File.Exists(gpu.State))
            {
                StateFile.Write(gpu, seen);
            }

            return word;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(gpu.State, unwritable.Message);
            return "";
        }
    }

    private async Task LeaveAsync()
    {
        using var limit = new CancellationTokenSource(LastWords, time);
        await Task.WhenAll(keepers.Values.Select(kept => kept.Keeping)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(keepers.Select(kept => LeaveAsync(kept.Key, kept.Value.Keeper, limit.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // At once, not when the last sign has grown old.
        StateFile.EndLife(root);
    }

    private async Task LeaveAsync(MpsFolder gpu, DaemonKeeper keeper, CancellationToken cancellation) => Say(gpu, await keeper.LeaveAsync(cancellation), "");

    [LoggerMessage(EventId = 529, Level = LogLevel.Information, Message = "Keeping the MPS daemons of {Root}")]
    private partial void LogStarted(string root);

    [LoggerMessage(EventId = 530, Level = LogLevel.Warning, Message = "Another supervisor works in {Root}; this one waits for its end ({Reason})")]
    private partial void LogNotAlone(string root, string reason);

    [LoggerMessage(EventId = 531, Level = LogLevel.Warning, Message = "unshare --mount is not allowed or not there, so daemons keep this process's /dev/shm and processes in containers do not find theirs: the pod has to be privileged")]
    private partial void LogNoMounts();

    [LoggerMessage(EventId = 532, Level = LogLevel.Error, Message = "{File} cannot be written, so the agent does not know of it: {Reason}")]
    private partial void LogUnwritable(string file, string reason);
}
