using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Unix signals, which <see cref="System.Diagnostics.Process"/> cannot send but for KILL. Numbers of Linux on x86-64 and arm64.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>The errno ESRCH.</summary>
    public const int NoSuchProcess = 3;

    /// <exception cref="Win32Exception">The kernel refused (no such process, no permission).</exception>
    public static void Send(int processId, int signal)
    {
        if (KillNative(processId, signal) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill -{signal} {processId}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillNative(int processId, int signal);
}
