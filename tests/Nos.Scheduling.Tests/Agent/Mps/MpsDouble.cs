using System.Diagnostics;
using Nos.Scheduling.Tests.Architecture;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>The program that stands in for <c>nvidia-cuda-mps-control</c>, and a client of it; built on first use.</summary>
internal static class MpsDouble
{
    /// <summary>Where the programs are: to be put first in PATH.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "mps-double");

    public static string Control => Path.Combine(Folder, "nvidia-cuda-mps-control");

    public static string Client => Path.Combine(Folder, "mps-client");

    public static void Build()
    {
        using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Repository.Root, "tests", "mps-double", "build.sh"), Folder]) { RedirectStandardError = true })!;
        var said = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.True(build.ExitCode == 0, said);
    }
}
