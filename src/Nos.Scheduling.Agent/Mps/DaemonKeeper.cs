using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Keeps the daemon of one GPU alive for as long as the GPU is to be shared, and ends it after that, when nobody uses it any more.</summary>
/// <param name="gpu">The GPU.</param>
/// <param name="program">NVIDIA's program.</param>
/// <param name="hasOwnMemory">Whether daemons can have a /dev/shm of their own.</param>
/// <param name="pace">How fast.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told what becomes of the daemon.</param>
internal sealed partial class DaemonKeeper(MpsFolder gpu, MpsProgram program, bool hasOwnMemory, MpsPace pace, TimeProvider time, ILogger logger)
{
    private readonly MpsControl control = new(program, gpu, pace.Command);
    private readonly RestartPause pause = new(pace, time);
    private readonly ClientWatch watch = new(gpu, logger);
    private readonly ClientMemory memory = new(gpu, pace.Command, time);
    private DaemonState last = DaemonState.None;
    private int silences;
    private int? limitGB;
    private bool isAtRest;

    /// <summary>One look at the daemon, and what has to be done about it.</summary>
    /// <returns>What there is to say of it.</returns>
    public async Task<DaemonState> LookAsync(CancellationToken cancellation)
    {
        try
        {
            return last = File.Exists(gpu.Wanted) ? await KeepAsync(cancellation) : isAtRest ? last : await ReleaseAsync(cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            // Also what nobody thought of: the other GPUs' daemons must not suffer.
            pause.Fail();
            if (last.Fault != failure.Message)
            {
                LogFailed(gpu.Uuid, failure.Message);
            }

            return last = last with { Fault = failure.Message };
        }
    }

    /// <summary>Ends the daemon where nobody uses it, and leaves the GPU as it was before; else leaves the daemon to whoever comes next.</summary>
    /// <returns>What there is to say of it.</returns>
    public async Task<DaemonState> LeaveAsync(CancellationToken cancellation)
    {
        isAtRest = false;
        pause.Reset();
        try
        {
            return last = await ReleaseAsync(cancellation);
        }
        catch (Exception failure) when (failure is MpsException or GpuDriverException or IOException or UnauthorizedAccessException)
        {
            LogFailed(gpu.Uuid, failure.Message);
            return last;
        }
    }

    private async Task<DaemonState> KeepAsync(CancellationToken cancellation)
    {
        isAtRest = false;
        if (last.Pid is null)
        {
            // Whether NVIDIA's clients always end with their daemon is not known for every version: who is still there, is still on the GPU.
            last = last with { Clients = [.. last.Clients.Where(HostProcesses.Exists)] };
            if (pause.Rests)
            {
                return last;
            }
        }

        if (HostProcesses.DaemonOf(gpu) is { } pid)
        {
            return await ExamineAsync(pid, cancellation);
        }

        if (last is { Pid: { } dead, Since: { } since })
        {
            // One that lived long starts anew at once; one that dies at once again and again does not.
            if (time.GetUtcNow() - since >= pace.LongestPause)
            {
                pause.Reset();
            }
            else
            {
                pause.Fail();
            }

            LogDied(gpu.Uuid, dead);
            return last with { Pid = null, Since = null, Waiting = [], Fault = $"The MPS daemon of {gpu.Uuid} (process {dead}) has died, and with it every process that used the GPU through it; it is started anew." };
        }

        return await StartAsync(cancellation);
    }

    private async Task<DaemonState> StartAsync(CancellationToken cancellation)
    {
        gpu.Prepare();
        if (hasOwnMemory)
        {
            await memory.MountAsync(cancellation);
        }

        limitGB = await Task.Run(() => ModeFile.MakeExclusive(gpu), cancellation);
        await program.StartDaemonAsync(gpu, hasOwnMemory, pace.Start, cancellation);
        var pid = HostProcesses.DaemonOf(gpu) ?? throw new MpsException($"{MpsProgram.NvidiaName} -d said that all is well, and no daemon runs.");
        LogStarted(gpu.Uuid, pid);
        last = Unheard(pid);
        return await ExamineAsync(pid, cancellation);
    }

    private async Task<DaemonState> ExamineAsync(int pid, CancellationToken cancellation)
    {
        if (last.Pid != pid)
        {
            LogAdopted(gpu.Uuid, pid);
            last = Unheard(pid);
        }

        try
        {
            if (limitGB is { } usableGB)
            {
                // What clients may take that shed their own limit: not what the server itself needs.
                await control.LimitMemoryAsync(usableGB, cancellation);
                limitGB = null;
            }

            var servers = await control.ServersAsync(cancellation);
            silences = 0;
            return watch.See(last, servers);
        }
        catch (MpsException) when (++silences < pace.Silences)
        {
            // A server that ends between two questions, or a busy machine.
            return last;
        }
        catch (MpsException silent)
        {
            return Distrust(pid, silent.Message);
        }
    }

    private DaemonState Distrust(int pid, string reason)
    {
        if (HostProcesses.HasChildren(pid))
        {
            return last with
            {
                Fault = $"{reason} It may have clients that still work, so it is left alone: kill process {pid} on the node when they may end, and it is started anew.",
            };
        }

        // Without a server it has no client; what it would do for the next one it does not do.
        if (HostProcesses.IsDaemonOf(pid, gpu))
        {
            LogUseless(gpu.Uuid, pid);
            KillUnused(pid);
        }

        silences = 0;
        return last with { Fault = $"{reason} Nobody uses it, so it is ended and started anew." };
    }

    private async Task<DaemonState> ReleaseAsync(CancellationToken cancellation)
    {
        if (HostProcesses.DaemonOf(gpu) is { } pid)
        {
            last = last.Pid == pid ? last : Unheard(pid);
            var servers = await control.ServersAsync(cancellation);
            var seen = watch.See(last, servers);
            if (seen.Clients.Count > 0 || seen.Waiting.Count > 0)
            {
                return seen;
            }

            // Should somebody come just now: the daemon waits for whom it has let in, and takes no one after.
            LogEnding(gpu.Uuid, pid);
            await control.QuitAsync(cancellation);
            for (var began = time.GetTimestamp(); HostProcesses.IsDaemonOf(pid, gpu) && time.GetElapsedTime(began) < pace.Command;)
            {
                await Task.Delay(pace.Glance / 4, time, cancellation);
            }

            if (HostProcesses.IsDaemonOf(pid, gpu))
            {
                return seen;
            }
        }

        if (pause.Rests)
        {
            return last;
        }

        if (await Task.Run(() => ModeFile.Restore(gpu), cancellation))
        {
            LogRestored(gpu.Uuid);
            await memory.ReleaseAsync(cancellation);
        }

        pause.Reset();
        (isAtRest, silences) = (true, 0);
        return DaemonState.None;
    }

    /// <summary>A daemon that has not answered yet: nothing can be made on it.</summary>
    private DaemonState Unheard(int pid) => DaemonState.None with { Pid = pid, Since = time.GetUtcNow(), Fault = "The MPS daemon has not answered yet." };

    private static void KillUnused(int pid)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended by itself, or cannot be ended; the next look tells.
        }
    }

    [LoggerMessage(EventId = 521, Level = LogLevel.Information, Message = "{Gpu}: started the MPS daemon, process {Pid}")]
    private partial void LogStarted(string gpu, int pid);

    [LoggerMessage(EventId = 522, Level = LogLevel.Information, Message = "{Gpu}: took over the MPS daemon that runs, process {Pid}")]
    private partial void LogAdopted(string gpu, int pid);

    [LoggerMessage(EventId = 523, Level = LogLevel.Error, Message = "{Gpu}: the MPS daemon, process {Pid}, has died, and with it every process that used the GPU through it")]
    private partial void LogDied(string gpu, int pid);

    [LoggerMessage(EventId = 524, Level = LogLevel.Error, Message = "{Gpu}: the MPS daemon, process {Pid}, answers nothing and serves nobody: it is ended")]
    private partial void LogUseless(string gpu, int pid);

    [LoggerMessage(EventId = 525, Level = LogLevel.Information, Message = "{Gpu}: nobody uses the MPS daemon, process {Pid}, and it is no longer wanted: it is told to quit")]
    private partial void LogEnding(string gpu, int pid);

    [LoggerMessage(EventId = 526, Level = LogLevel.Information, Message = "{Gpu}: the compute mode is again what it was before")]
    private partial void LogRestored(string gpu);

    [LoggerMessage(EventId = 527, Level = LogLevel.Error, Message = "{Gpu}: {Reason}")]
    private partial void LogFailed(string gpu, string reason);
}
