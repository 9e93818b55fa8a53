using System.Globalization;
using System.Text;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.Mps;

/// <summary>What /proc tells of processes: the pods of agent and supervisor see the host's.</summary>
internal static class HostProcesses
{
    /// <summary>Whether there is such a process.</summary>
    public static bool Exists(int pid) => Directory.Exists($"/proc/{pid}");

    /// <summary>A process's user; <see langword="null"/> where it has ended.</summary>
    public static int? UserOf(int pid)
    {
        try
        {
            // "Uid:" is followed by the real, the effective and two more.
            var line = File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return line?.Split('\t') is [_, _, var effective, ..] ? int.Parse(effective, CultureInfo.InvariantCulture) : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A variable of the environment that a process was started with; <see langword="null"/> where it is not set, or not to be seen.</summary>
    public static string? Variable(int pid, string name)
    {
        var prefix = name + "=";
        return Array.Find(Words($"/proc/{pid}/environ"), word => word.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    /// <summary>The control daemon of a GPU; <see langword="null"/> where none runs.</summary>
    /// <remarks>
    /// Its own file with its pid lies in the folder that containers mount, where anybody may write it: that pid is only where to look first. What counts is
    /// what a process is and which pipes it was started with.
    /// </remarks>
    public static int? DaemonOf(MpsFolder gpu)
    {
        if (Written(gpu) is { } pid && IsDaemonOf(pid, gpu))
        {
            return pid;
        }

        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => name!.All(char.IsAsciiDigit));
        return all.Select(name => (int?)int.Parse(name!, CultureInfo.InvariantCulture)).FirstOrDefault(candidate => IsDaemonOf(candidate!.Value, gpu));
    }

    /// <summary>Whether that process is the GPU's daemon. One of another user is none, whatever it calls itself; one of a container that is root may be.</summary>
    public static bool IsDaemonOf(int pid, MpsFolder gpu) =>
        Words($"/proc/{pid}/cmdline") is [var program, ..] words
        && Path.GetFileName(program) == MpsProgram.NvidiaName
        && words.Contains("-d", StringComparer.Ordinal)
        && Variable(pid, ContainerVariables.MpsPipes) == gpu.Pipe
        && UserOf(pid) == UserOf(Environment.ProcessId);

    /// <summary>Whether a process has children: those of a daemon are its servers.</summary>
    public static bool HasChildren(int pid)
    {
        try
        {
            return Directory.EnumerateDirectories($"/proc/{pid}/task").Any(task => File.ReadAllText($"{task}/children").Trim().Length > 0);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Where the kernel does not tell them, there may be some.
            return Exists(pid);
        }
    }

    private static int? Written(MpsFolder gpu)
    {
        try
        {
            var path = Path.Combine(gpu.Pipe, MpsProgram.NvidiaName + ".pid");
            return int.TryParse(WholeFile.Read(path)?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string[] Words(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(path)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
