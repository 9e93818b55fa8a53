using System.ComponentModel;
using System.Diagnostics;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>Runs NVIDIA's control program: it starts a GPU's daemon, and carries commands to it.</summary>
/// <param name="name">The program; looked for on PATH where it is no path.</param>
/// <param name="time">The clock of the limits.</param>
internal sealed class MpsProgram(string name, TimeProvider time)
{
    /// <summary>NVIDIA's name of it.</summary>
    public const string NvidiaName = "nvidia-cuda-mps-control";

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="gpu">Whose daemon it is about.</param>
    /// <param name="input">What it is told.</param>
    /// <param name="limit">How long it may take; then it is killed.</param>
    /// <param name="cancellation">Kills it likewise.</param>
    /// <returns>What it said on both outputs, and its exit code.</returns>
    /// <exception cref="MpsException">It is not there, or took too long.</exception>
    public async Task<(int Code, string Said)> RunAsync(IReadOnlyList<string> arguments, MpsFolder gpu, string input, TimeSpan limit, CancellationToken cancellation)
    {
        using var process = Start([name, .. arguments], gpu);
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), either.Token);
            process.StandardInput.Close();
            var (said, complaint) = (process.StandardOutput.ReadToEndAsync(either.Token), process.StandardError.ReadToEndAsync(either.Token));
            await process.WaitForExitAsync(either.Token);
            return (process.ExitCode, await said + await complaint);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new MpsException($"{Path.GetFileName(name)} {string.Join(' ', arguments)}{input.Trim()} has not answered within {limit.TotalSeconds:0.#} s.");
        }
        catch (IOException closed)
        {
            throw new MpsException($"{Path.GetFileName(name)} ended before it was told anything: {closed.Message}");
        }
        finally
        {
            Kill(process);
        }
    }

    /// <summary>Starts the GPU's daemon, which goes on after this process.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="hasOwnMemory">Whether the daemon's /dev/shm is to be the GPU's own folder, as that of its clients is; takes the right to mount.</param>
    /// <param name="limit">How long that may take.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="MpsException">It does not start.</exception>
    public async Task StartDaemonAsync(MpsFolder gpu, bool hasOwnMemory, TimeSpan limit, CancellationToken cancellation)
    {
        // Each daemon in a mount namespace of its own: several share one container, and each has the shared memory of its own clients.
        string[] command = hasOwnMemory
            ? ["unshare", "--mount", "sh", "-c", "mount --bind \"$1\" /dev/shm && exec \"$2\" -d", "sh", gpu.Shm, name]
            : [name, "-d"];
        using var process = Start(command, gpu);
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            // Its outputs are read only when it failed: a daemon that keeps them open would have them never end.
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode != 0)
            {
                var said = await process.StandardError.ReadToEndAsync(either.Token) + await process.StandardOutput.ReadToEndAsync(either.Token);
                throw new MpsException($"{NvidiaName} -d ended with {process.ExitCode}: {(said.Trim() is { Length: > 0 } text ? text.ReplaceLineEndings(" ") : "it said nothing")}.");
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            throw new MpsException($"{NvidiaName} -d has not come back within {limit.TotalSeconds:0.#} s; it was killed.");
        }
        finally
        {
            Kill(process);
        }
    }

    private static Process Start(string[] command, MpsFolder gpu)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CUDA_VISIBLE_DEVICES"] = gpu.Uuid;
        start.Environment[ContainerVariables.MpsPipes] = gpu.Pipe;
        start.Environment["CUDA_MPS_LOG_DIRECTORY"] = gpu.Log;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception missing)
        {
            throw new MpsException(
                $"{command[0]} cannot be run: {missing.Message}. It comes with NVIDIA's driver; the pod needs NVIDIA_DRIVER_CAPABILITIES with compute.");
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
