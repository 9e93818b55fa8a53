using System.Diagnostics;
using System.Text;
using Nos.Scheduling.Tests.Agent.DevicePlugin;
using Nos.Scheduling.Tests.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>The agent as a process of its own, with the double in place of NVIDIA's library.</summary>
internal sealed class AgentRun : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder said = new();

    /// <param name="machine">The folder of the machine; <see langword="null"/>: no NVML at all.</param>
    /// <param name="library">Which build of the double.</param>
    /// <param name="arguments">As on the command line.</param>
    public AgentRun(string? machine, string library, params string[] arguments)
    {
        NvmlDouble.Build();
        var start = new ProcessStartInfo(Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Nos.Scheduling.Agent.dll"));
        Array.ForEach(arguments, start.ArgumentList.Add);
        if (machine is not null)
        {
            MpsDouble.Build();
            start.Environment["NVML_DOUBLE"] = machine;
            start.Environment["PATH"] = $"{MpsDouble.Folder}:{Environment.GetEnvironmentVariable("PATH")}";
            start.Environment["LD_LIBRARY_PATH"] = Path.Combine(NvmlDouble.Folder, library);
        }

        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Both outputs so far.</summary>
    public string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    public bool HasEnded => process.HasExited;

    /// <summary>The agent of node-1, against an API server; no kubelet is asked.</summary>
    public static AgentRun Serving(NvmlMachine machine, ServedApi api, params string[] more) => Of(machine, api, ["--no-kubelet", .. more]);

    /// <summary>The agent of node-1, between an API server and a kubelet.</summary>
    public static AgentRun Beside(StandInKubelet kubelet, NvmlMachine machine, ServedApi api, params string[] more) =>
        Of(machine, api, ["--kubelet-dir", kubelet.Folder, .. more]);

    private static AgentRun Of(NvmlMachine machine, ServedApi api, string[] more)
    {
        var kubeconfig = Path.Combine(machine.Folder, "kubeconfig");
        File.WriteAllText(kubeconfig, $$"""
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "{{api.Url}}" } }]
            users: [{name: u, user: {token: agent} }]
            contexts: [{name: x, context: {cluster: c, user: u} }]
            current-context: x
            """);
        return new AgentRun(
            machine.Folder, "current", ["--kubeconfig", kubeconfig, "--node-name", "node-1", "--listen", "http://127.0.0.1:0", "--report-interval", "1s", .. more]);
    }

    public async Task<int> ExitCodeAsync()
    {
        await Eventually.Async(() => Task.FromResult(process.HasExited ? "" : $"it goes on: {Said}"));
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>As kubelet ends a pod.</summary>
    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        await kill.WaitForExitAsync();
        return await ExitCodeAsync();
    }

    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (said)
        {
            said.Append(line).Append('\n');
        }
    }
}
