namespace Nos.Scheduling.Cli.Commands;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done; the answer, where there is one, is yes.</summary>
    internal const int Success = 0;

    /// <summary>The answer is no, or it could not be found out.</summary>
    internal const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    internal const int Usage = 2;
}
