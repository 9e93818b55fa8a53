using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Tests.Agent.DevicePlugin;
using Nos.Scheduling.Tests.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>A machine whose GPUs can be shared: NVML's stand-in, a root for the daemons, and every process that a test starts there, which ends with it.</summary>
internal sealed class MpsMachine : IDisposable
{
    private readonly List<IDisposable> started = [];

    /// <param name="gpus">As of <see cref="NvmlMachine"/>.</param>
    public MpsMachine(params string[] gpus)
    {
        MpsDouble.Build();
        Nvml = new NvmlMachine(gpus);
    }

    public NvmlMachine Nvml { get; }

    // Short: a socket's path has room for 107 letters.
    public string Root { get; } = Directory.CreateTempSubdirectory("nos-mps-").FullName;

    public MpsFolder Gpu(int index) => MpsFolder.Of(Root, $"GPU-00000000-0000-0000-0000-{index + 1:x12}");

    public AgentRun Supervise()
    {
        var supervisor = new AgentRun(Nvml.Folder, "current", "mps", "--mps-root", Root);
        started.Add(supervisor);
        return supervisor;
    }

    /// <summary>A supervisor in this process, at another pace.</summary>
    public void SuperviseHere(MpsPace pace)
    {
        NvmlDouble.Show(Nvml.Folder);
        started.Add(new SupervisorHere(new MpsSupervisor(Root, new MpsProgram(MpsDouble.Control, TimeProvider.System), pace, TimeProvider.System, NullLogger.Instance)));
    }

    public AgentRun Serve(ServedApi api, params string[] more)
    {
        var agent = AgentRun.Serving(Nvml, api, ["--mps-root", Root, .. more]);
        started.Add(agent);
        return agent;
    }

    public AgentRun ServeBeside(StandInKubelet kubelet, ServedApi api)
    {
        var agent = AgentRun.Beside(kubelet, Nvml, api, "--mps-root", Root);
        started.Add(agent);
        return agent;
    }

    public MpsClient Use(int gpu, string? shares = null, int uid = 1000, bool stays = false)
    {
        var client = new MpsClient(Gpu(gpu), shares, uid, stays);
        started.Add(client);
        return client;
    }

    public SharingDriver Open() => new(Nvml.Open(), Root, new MpsProgram(MpsDouble.Control, TimeProvider.System), new MpsPace { Sharing = TimeSpan.FromSeconds(25) }, TimeProvider.System, () => { });

    /// <summary>What the agent does to have a GPU shared.</summary>
    public void Want(int gpu) => WholeFile.Write(Gpu(gpu).Wanted, "");

    public void Unwant(int gpu) => WholeFile.Remove(Gpu(gpu).Wanted);

    /// <summary>What goes wrong with the daemon of a GPU; see tests/mps-double/control.c.</summary>
    public void Says(int gpu, params string[] faults) => WholeFile.Write(Path.Combine(Gpu(gpu).Path, "faults"), string.Join('\n', faults) + "\n");

    public async Task<DaemonState> StateAsync(int gpu, Func<DaemonState, bool> holds, AgentRun? supervisor = null)
    {
        await Eventually.Async(() => Task.FromResult(StateFile.Read(Gpu(gpu)) is { } state && holds(state) ? "" : $"state: {StateFile.Read(Gpu(gpu))}; {supervisor?.Said}"));
        return StateFile.Read(Gpu(gpu))!;
    }

    public ComputeMode ModeOf(int gpu)
    {
        NvmlDouble.Show(Nvml.Folder);
        using var session = NvmlSession.Open();
        return session.Devices[gpu].Device!.Value.ComputeMode;
    }

    public void SetMode(int gpu, ComputeMode mode)
    {
        NvmlDouble.Show(Nvml.Folder);
        using var session = NvmlSession.Open();
        var device = session.Devices[gpu].Device!.Value;
        device.ComputeMode = mode;
    }

    public void SwitchMigOff(int gpu)
    {
        NvmlDouble.Show(Nvml.Folder);
        using var session = NvmlSession.Open();
        Assert.Equal(NvmlReturn.Success, NvmlLibrary.DeviceSetMigMode(session.Devices[gpu].Device!.Value.Handle, 0, out var activation));
        Assert.Equal(NvmlReturn.Success, activation);
    }

    public static void Kill(int pid)
    {
        using var process = Process.GetProcessById(pid);
        process.Kill();
    }

    public void Dispose()
    {
        try
        {
            started.ForEach(process => process.Dispose());
        }
        finally
        {
            foreach (var gpu in MpsFolder.All(Root))
            {
                KillDaemonOf(gpu);
                if (new ClientMemory(gpu, TimeSpan.FromSeconds(20), TimeProvider.System).IsMounted)
                {
                    using var unmount = Process.Start("umount", [gpu.Shm]);
                    unmount.WaitForExit();
                }
            }

            Directory.Delete(Root, recursive: true);
            Nvml.Dispose();
        }
    }

    /// <summary>A daemon outlives whoever started it; that is what it is for.</summary>
    public static void KillDaemonOf(MpsFolder gpu)
    {
        while (HostProcesses.DaemonOf(gpu) is { } pid)
        {
            Kill(pid);
            Thread.Sleep(10);
        }
    }
}
