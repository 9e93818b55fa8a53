using System.Diagnostics;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A process of the test's own. The kernel kills it when the test host dies, however it dies: it is started through
/// <c>setpriv --pdeathsig KILL</c> (util-linux, on every Debian), which then becomes the program itself.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>What would make a program find another cluster or other settings than those the test gives it.</summary>
    private static readonly string[] _withheldPrefixes = ["KUBECONFIG", "KUBERNETES_", "NOS_", "ASPNETCORE_", "DOTNET_ENVIRONMENT"];

    private readonly Process _process;
    private readonly OutputLog _log;
    private readonly ScratchDirectory? _ownFolder;
    private bool _disposed;

    private ChildProcess(string name, Process process, OutputLog log, ScratchDirectory? ownFolder)
    {
        Name = name;
        _process = process;
        _log = log;
        _ownFolder = ownFolder;
    }

    public string Name { get; }

    public int Id => _process.Id;

    /// <summary>True once it has ended; a stopped (paused) process has not.</summary>
    public bool HasExited => _disposed || _process.HasExited;

    /// <summary>128 + the signal's number where a signal ended it.</summary>
    /// <exception cref="InvalidOperationException">It is still running.</exception>
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything printed so far, standard output and error in the order of arrival.</summary>
    public string LogFile => _log.Path;

    public IReadOnlyList<string> OutputLines => _log.Lines(OutputStream.Output);

    public IReadOnlyList<string> ErrorLines => _log.Lines(OutputStream.Error);

    /// <exception cref="System.ComponentModel.Win32Exception">The program could not be started.</exception>
    public static ChildProcess Start(ChildCommand command)
    {
        var ownFolder = command.LogFolder is null ? new ScratchDirectory() : null;
        var log = OutputLog.In(command.LogFolder ?? ownFolder!.Path, command.Name);
        var process = new Process { StartInfo = StartInfo(command) };
        process.OutputDataReceived += (_, line) => log.Add(OutputStream.Output, line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(OutputStream.Error, line.Data);
        StartOnItsOwnThread(process, command.Name);
        return new ChildProcess(command.Name, process, log, ownFolder);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<ChildProcess> Run(ChildCommand command, TimeSpan? within = null)
    {
        var child = Start(command);
        await child.WaitForExit(within);
        return child;
    }

    /// <summary>The first line, old or new, of either stream that contains the text.</summary>
    /// <exception cref="TimeoutException">No such line within the time (default <see cref="Polling.Patience"/>).</exception>
    /// <exception cref="InvalidOperationException">The process ended without one.</exception>
    public Task<string> WaitForLine(string containing, TimeSpan? within = null) =>
        WaitForLine($"a line containing \"{containing}\"", line => line.Contains(containing, StringComparison.Ordinal), within);

    /// <inheritdoc cref="WaitForLine(string, TimeSpan?)"/>
    public async Task<string> WaitForLine(string what, Func<string, bool> fits, TimeSpan? within = null)
    {
        var found = await Polling.Until(
            $"{Name} printed {what}",
            async () =>
            {
                // Asked before reading: what a process printed before its end must count.
                var ended = _process.HasExited;
                if (ended)
                {
                    await _process.WaitForExitAsync();
                }

                return (Line: _log.First(fits), Ended: ended);
            },
            seen => seen.Line is not null || seen.Ended,
            within,
            () => Tail());
        return found.Line ?? throw new InvalidOperationException($"{Name} ended with code {ExitCode} before printing {what}.\n{Tail()}");
    }

    /// <summary>Waits for its end and for its last output.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">Still running after the time (default <see cref="Polling.Patience"/>).</exception>
    public async Task<int> WaitForExit(TimeSpan? within = null)
    {
        using var patience = new CancellationTokenSource(within ?? Polling.Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Name} (pid {Id}) is still running.\n{Tail()}");
        }

        return ExitCode;
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public Task<int> Terminate(TimeSpan? within = null)
    {
        Send(Signals.Terminate);
        return WaitForExit(within);
    }

    /// <summary>SIGKILL, also for a paused process.</summary>
    public Task<int> Kill()
    {
        Send(Signals.Kill);
        return WaitForExit();
    }

    /// <summary>SIGSTOP: it holds its connections and answers nothing.</summary>
    public void Pause() => Send(Signals.Stop);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Send(Signals.Continue);

    /// <summary>Its last lines, for a failure's message.</summary>
    public string Tail(int lines = 25) => _log.Tail(lines);

    public async ValueTask DisposeAsync()
    {
        // The test that started it and the plane that logs it may both dispose it.
        if (!_disposed)
        {
            _disposed = true;
            await Kill();
            _process.Dispose();
            _log.Dispose();
            _ownFolder?.Dispose();
        }
    }

    private static ProcessStartInfo StartInfo(ChildCommand command)
    {
        var start = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", command.Program, .. command.Arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = command.WorkingFolder ?? "",
        };
        foreach (var variable in start.Environment.Keys.Where(Withheld).ToList())
        {
            start.Environment.Remove(variable);
        }

        foreach (var (variable, value) in command.Environment)
        {
            start.Environment[variable] = value;
        }

        return start;
    }

    private static bool Withheld(string variable) =>
        _withheldPrefixes.Any(prefix => variable.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>
    /// The kernel sends the death signal when the *thread* that started the child ends, so a thread of the pool, which may retire
    /// at any time, must not start it: this thread lives exactly as long as the child.
    /// </summary>
    private static void StartOnItsOwnThread(Process process, string name)
    {
        var started = new TaskCompletionSource();
        new Thread(() =>
        {
            try
            {
                process.Start();
                process.BeginOutputReadLine();
                process.BeginErrorReadLine();
                process.StandardInput.Close();
                started.SetResult();
            }
            catch (Exception failure)
            {
                started.SetException(failure);
                return;
            }

            WaitForEnd(process);
        })
        { IsBackground = true, Name = $"child {name}" }.Start();
        started.Task.GetAwaiter().GetResult();
    }

    private static void WaitForEnd(Process process)
    {
        try
        {
            process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // Disposed by the test after its end was seen.
        }
    }

    private void Send(int signal)
    {
        try
        {
            if (!_process.HasExited)
            {
                Signals.Send(_process.Id, signal);
            }
        }
        catch (System.ComponentModel.Win32Exception gone) when (gone.NativeErrorCode == Signals.NoSuchProcess)
        {
            // It ended between the question and the signal.
        }
    }
}
