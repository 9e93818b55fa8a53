using System.Runtime.InteropServices;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>Runs a program from the outcome of its command line to its exit code.</summary>
public static class ProgramRun
{
    /// <summary>
    /// Shows, refuses or works. SIGTERM and SIGINT cancel the work's token instead of killing the process; how long the work takes to finish what
    /// it has in hand is its own matter. A work that ends by that cancellation is done; one that throws anything else has failed, and its message is written.
    /// </summary>
    /// <typeparam name="T">What the program runs with.</typeparam>
    /// <param name="outcome">What the command line came to.</param>
    /// <param name="output">Standard output: help and version.</param>
    /// <param name="error">Standard error: one sentence of what is wrong.</param>
    /// <param name="work">Returns an exit code.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync<T>(
        FlagOutcome<T> outcome, TextWriter output, TextWriter error, Func<T, CancellationToken, Task<int>> work)
    {
        switch (outcome)
        {
            case FlagOutcome<T>.Show(var text):
                await output.WriteLineAsync(text);
                return ExitCodes.Done;
            case FlagOutcome<T>.Refused(var sentence, var exitCode):
                await error.WriteLineAsync(sentence);
                return exitCode;
            default:
                return await WorkAsync(((FlagOutcome<T>.Run)outcome).With, error, work);
        }
    }

    private static async Task<int> WorkAsync<T>(T with, TextWriter error, Func<T, CancellationToken, Task<int>> work)
    {
        // Never disposed: a signal may come while the registrations end.
        var stop = new CancellationTokenSource();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            return await work(with, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        catch (Exception exception)
        {
            await error.WriteLineAsync(Sentence(exception));
            return ExitCodes.Failed;
        }

        // A second signal finds the token cancelled and ends the process at once: somebody is in a hurry.
        void Stop(PosixSignalContext context)
        {
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    /// <summary>What the surroundings cause is told in one line; what only a bug can cause with all that helps to find it.</summary>
    private static string Sentence(Exception exception) => exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException
        or System.Security.Cryptography.CryptographicException or Api.KubeApiException or Connecting.KubeConfigException
        ? exception.Message.ReplaceLineEndings(" ")
        : exception.ToString();
}
