using System.Diagnostics;
using Nos.Scheduling.Agent.Mps;

namespace Nos.Scheduling.Tests.Agent.Mps;

public sealed class MpsControlTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly MpsFolder gpu = MpsFolder.Of(Directory.CreateTempSubdirectory("nos-mps-").FullName, "GPU-1");
    private readonly MpsProgram program = new(MpsDouble.Control, TimeProvider.System);
    private readonly MpsControl control;

    public MpsControlTests()
    {
        MpsDouble.Build();
        gpu.Prepare();
        control = new MpsControl(program, gpu, Long);
    }

    [Fact]
    public async Task Tells_servers_with_their_clients()
    {
        await program.StartDaemonAsync(gpu, hasOwnMemory: false, Long, default);
        Assert.Empty(await control.ServersAsync(default));
        using var first = new MpsClient(gpu);
        using var second = new MpsClient(gpu);
        await first.SaysAsync("running");
        await second.SaysAsync("running");

        var server = Assert.Single(await control.ServersAsync(default));

        Assert.Equal(new[] { first.Pid, second.Pid }.Order(), server.Clients.Order());
        Assert.Equal("ACTIVE", server.Status);
        Assert.True(HostProcesses.HasChildren(HostProcesses.DaemonOf(gpu)!.Value));
    }

    [Fact]
    public async Task Sets_the_memory_limit_of_clients_that_have_none()
    {
        await program.StartDaemonAsync(gpu, hasOwnMemory: false, Long, default);

        await control.LimitMemoryAsync(78, default);

        Assert.Equal("78G", (await program.RunAsync([], gpu, "get_default_device_pinned_mem_limit 0\n", Long, default)).Said.Trim());
    }

    [Fact]
    public async Task Without_a_daemon_there_is_no_answer_and_the_program_says_so() =>
        Assert.Contains("Cannot find MPS control daemon process", (await Assert.ThrowsAsync<MpsException>(() => control.ServersAsync(default))).Message);

    [Fact]
    public async Task A_command_that_hangs_is_given_up()
    {
        await program.StartDaemonAsync(gpu, hasOwnMemory: false, Long, default);
        File.WriteAllText(Path.Combine(gpu.Path, "faults"), "hang\n");

        var silent = await Assert.ThrowsAsync<MpsException>(() => new MpsControl(program, gpu, TimeSpan.FromSeconds(1)).ServersAsync(default));

        Assert.Contains("within 1 s", silent.Message);
    }

    [Fact]
    public async Task An_answer_that_is_not_understood_is_none()
    {
        await program.StartDaemonAsync(gpu, hasOwnMemory: false, Long, default);
        File.WriteAllText(Path.Combine(gpu.Path, "faults"), "garbage\n");

        Assert.Contains("not understood: ?!", (await Assert.ThrowsAsync<MpsException>(() => control.ServersAsync(default))).Message);
    }

    [Fact]
    public async Task A_start_that_hangs_is_given_up()
    {
        File.WriteAllText(Path.Combine(gpu.Path, "faults"), "hang-start\n");

        var silent = await Assert.ThrowsAsync<MpsException>(() => program.StartDaemonAsync(gpu, hasOwnMemory: false, TimeSpan.FromSeconds(1), default));

        Assert.Contains("within 1 s", silent.Message);
        Assert.Null(HostProcesses.DaemonOf(gpu));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_told_with_what_helps() => Assert.Contains(
        "NVIDIA_DRIVER_CAPABILITIES",
        (await Assert.ThrowsAsync<MpsException>(() => new MpsProgram("/nowhere/mps", TimeProvider.System).StartDaemonAsync(gpu, hasOwnMemory: false, Long, default))).Message);

    [Fact]
    public async Task A_pid_that_somebody_wrote_into_the_folder_of_the_pipes_does_not_make_a_process_the_daemon()
    {
        var file = Path.Combine(gpu.Pipe, "nvidia-cuda-mps-control.pid");
        File.WriteAllText(file, $"{Environment.ProcessId}");
        Assert.Null(HostProcesses.DaemonOf(gpu));

        await program.StartDaemonAsync(gpu, hasOwnMemory: false, Long, default);
        await Eventually.Async(() => HostProcesses.DaemonOf(gpu) is not null);
        var daemon = HostProcesses.DaemonOf(gpu);
        File.WriteAllText(file, $"{Environment.ProcessId}");

        Assert.Equal(daemon, HostProcesses.DaemonOf(gpu));
    }

    // Root, as the supervisor is; others cannot start a process of another user.
    [Theory]
    [InlineData("", true)]
    [InlineData("setpriv --reuid=65534 --clear-groups ", false)]
    public async Task A_process_that_calls_itself_the_daemon_is_none_where_it_is_of_another_user(string by, bool isBelieved)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"exec {by}bash -c \"exec -a nvidia-cuda-mps-control bash -c 'sleep 100; true' -d\""]);
        start.Environment["CUDA_MPS_PIPE_DIRECTORY"] = gpu.Pipe;
        using var impostor = Process.Start(start)!;
        try
        {
            await Eventually.Async(() => File.ReadAllText($"/proc/{impostor.Id}/cmdline").StartsWith("nvidia-cuda-mps-control", StringComparison.Ordinal));

            Assert.Equal(isBelieved ? impostor.Id : null, HostProcesses.DaemonOf(gpu));
        }
        finally
        {
            impostor.Kill(entireProcessTree: true);
        }
    }

    public void Dispose()
    {
        MpsMachine.KillDaemonOf(gpu);
        Directory.Delete(Path.GetDirectoryName(gpu.Path)!, recursive: true);
    }
}
