using System.Diagnostics;
using Nos.Scheduling.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>A process that uses a shared GPU, as one of a pod would.</summary>
internal sealed class MpsClient : IDisposable
{
    private readonly Process process;
    private readonly List<string> said = [];
    private bool isDisposed;

    /// <param name="gpu">Whose daemon it goes to.</param>
    /// <param name="shares">The ids of its container's shares; <see langword="null"/>: it does not tell.</param>
    /// <param name="uid">The user that it passes for.</param>
    /// <param name="stays">Whether it outlives its daemon.</param>
    public MpsClient(MpsFolder gpu, string? shares = null, int uid = 1000, bool stays = false)
    {
        var start = new ProcessStartInfo(MpsDouble.Client, stays ? [$"{uid}", "stay"] : [$"{uid}"]) { RedirectStandardOutput = true };
        start.Environment["CUDA_MPS_PIPE_DIRECTORY"] = gpu.Pipe;
        if (shares is not null)
        {
            start.Environment["NOS_MPS_SHARES"] = shares;
        }

        process = Process.Start(start)!;
        Pid = process.Id;
        process.OutputDataReceived += (_, line) =>
        {
            lock (said)
            {
                said.Add(line.Data ?? "");
            }
        };
        process.BeginOutputReadLine();
    }

    public int Pid { get; }

    public bool IsAlive => !process.HasExited;

    private string Said
    {
        get
        {
            lock (said)
            {
                return string.Join(' ', said);
            }
        }
    }

    public Task SaysAsync(string word) => Eventually.Async(() => Task.FromResult(Said.Contains(word) ? "" : $"the client said '{Said}', not {word}"));

    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        isDisposed = true;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
