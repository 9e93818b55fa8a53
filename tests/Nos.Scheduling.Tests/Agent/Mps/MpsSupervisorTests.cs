using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>The supervisor as a process, with daemons that are processes.</summary>
[Collection("NVML")]
[Trait("Needs", "processes")]
public sealed class MpsSupervisorTests
{
    [Fact]
    public async Task Every_shared_GPU_has_a_daemon_of_its_own_and_no_other_has_one()
    {
        using var machine = new MpsMachine("off A100-80GB", "off A100-80GB", "off A100-80GB");
        machine.Want(0);
        machine.Want(2);
        var supervisor = machine.Supervise();
        var first = await machine.StateAsync(0, state => state.IsServing, supervisor);
        var third = await machine.StateAsync(2, state => state.IsServing, supervisor);

        Assert.NotEqual(first.Pid, third.Pid);
        Assert.Equal([ComputeMode.ExclusiveProcess, ComputeMode.Default, ComputeMode.ExclusiveProcess], Enumerable.Range(0, 3).Select(machine.ModeOf));
        Assert.Null(HostProcesses.DaemonOf(machine.Gpu(1)));
        var client = machine.Use(0);
        await client.SaysAsync("running");
        await machine.StateAsync(0, state => state.Clients.Contains(client.Pid) && state.Uid == 1000, supervisor);
    }

    [Fact]
    public async Task A_daemon_that_dies_takes_its_clients_along_and_is_started_anew()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        var supervisor = machine.Supervise();
        var before = await machine.StateAsync(0, state => state.IsServing, supervisor);
        var client = machine.Use(0);
        await client.SaysAsync("running");

        MpsMachine.Kill(before.Pid!.Value);

        await client.SaysAsync("lost");
        await machine.StateAsync(0, state => state.IsServing && state.Pid != before.Pid, supervisor);
        Assert.Contains("has died, and with it every process", supervisor.Said);
        using var next = machine.Use(0);
        await next.SaysAsync("running");
    }

    [Fact]
    public async Task A_supervisor_that_was_killed_leaves_daemon_and_clients_alone_and_the_next_takes_them_over()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        var first = machine.Supervise();
        var before = await machine.StateAsync(0, state => state.IsServing, first);
        var client = machine.Use(0);
        await client.SaysAsync("running");
        await first.KillAsync();
        File.Delete(machine.Gpu(0).State);

        var second = machine.Supervise();
        var after = await machine.StateAsync(0, state => state.Clients.Count == 1, second);

        Assert.Equal(before.Pid, after.Pid);
        Assert.True(client.IsAlive);
        Assert.Contains("took over", second.Said);
    }

    [Fact]
    public async Task Told_to_end_it_leaves_a_daemon_with_clients_and_ends_one_without()
    {
        using var machine = new MpsMachine("off A100-80GB", "off A100-80GB");
        machine.Want(0);
        machine.Want(1);
        var supervisor = machine.Supervise();
        var used = await machine.StateAsync(0, state => state.IsServing, supervisor);
        await machine.StateAsync(1, state => state.IsServing, supervisor);
        var client = machine.Use(0);
        await client.SaysAsync("running");

        Assert.Equal(0, await supervisor.TerminateAsync());

        Assert.True(client.IsAlive);
        Assert.Equal(used.Pid, HostProcesses.DaemonOf(machine.Gpu(0)));
        Assert.Null(HostProcesses.DaemonOf(machine.Gpu(1)));
        Assert.False(StateFile.IsAlive(machine.Root, DateTimeOffset.UtcNow));
        Assert.Equal([ComputeMode.ExclusiveProcess, ComputeMode.Default], Enumerable.Range(0, 2).Select(machine.ModeOf));
    }

    [Fact]
    public async Task A_GPU_that_is_no_longer_wanted_is_given_back_as_it_was_when_its_last_client_has_ended()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.SetMode(0, ComputeMode.Prohibited);
        machine.Want(0);
        var supervisor = machine.Supervise();
        var daemon = await machine.StateAsync(0, state => state.IsServing, supervisor);
        var client = machine.Use(0);
        await client.SaysAsync("running");

        machine.Unwant(0);
        await machine.StateAsync(0, state => state.Clients.Count == 1, supervisor);
        await Task.Delay(2000);
        Assert.True(client.IsAlive);
        Assert.Equal(daemon.Pid, HostProcesses.DaemonOf(machine.Gpu(0)));

        client.Dispose();
        await machine.StateAsync(0, state => state is { Pid: null, Fault: null }, supervisor);
        Assert.Null(HostProcesses.DaemonOf(machine.Gpu(0)));
        Assert.Equal(ComputeMode.Prohibited, machine.ModeOf(0));
    }

    [Fact]
    public async Task A_GPU_in_MIG_mode_is_refused_and_shared_when_it_is_not_any_more()
    {
        using var machine = new MpsMachine("A100-80GB");
        machine.Want(0);
        var supervisor = machine.Supervise();
        Assert.Contains("nvidia-smi -i 0 -mig 0", (await machine.StateAsync(0, state => state.Fault is not null, supervisor)).Fault);

        machine.SwitchMigOff(0);

        await machine.StateAsync(0, state => state.IsServing, supervisor);
    }

    [Fact]
    public async Task A_GPU_that_a_process_uses_past_MPS_is_shared_when_that_has_ended()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Nvml.Says("process 0");
        machine.Want(0);
        var supervisor = machine.Supervise();
        Assert.Contains("A process runs on GPU 0", (await machine.StateAsync(0, state => state.Fault is not null, supervisor)).Fault);
        Assert.Equal(ComputeMode.Default, machine.ModeOf(0));

        machine.Nvml.SaysNo("process 0");

        await machine.StateAsync(0, state => state.IsServing, supervisor);
    }

    [Fact]
    public async Task A_daemon_that_refuses_to_start_says_why_and_starts_when_it_can()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Says(0, "refuse Cannot create the socket");
        machine.Want(0);
        var supervisor = machine.Supervise();
        Assert.Contains("-d ended with 1: Cannot create the socket", (await machine.StateAsync(0, state => state.Fault is not null, supervisor)).Fault);

        machine.Says(0);

        await machine.StateAsync(0, state => state.IsServing, supervisor);
    }

    [Fact]
    public async Task A_client_of_another_user_is_told_of_while_it_waits()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        var supervisor = machine.Supervise();
        await machine.StateAsync(0, state => state.IsServing, supervisor);
        var first = machine.Use(0, uid: 1000);
        await first.SaysAsync("running");
        var second = machine.Use(0, uid: 1001);
        await second.SaysAsync("queued");

        var waiting = (await machine.StateAsync(0, state => state.Waiting.Count > 0, supervisor)).Waiting;

        Assert.Equal(new WaitingClient(second.Pid, 1001), Assert.Single(waiting));
        Assert.Contains($"process {second.Pid} of user 1001 waits until every process of user 1000", supervisor.Said);
        first.Dispose();
        await second.SaysAsync("running");
        await machine.StateAsync(0, state => state.Waiting.Count == 0 && state.Uid == 1001, supervisor);
    }

    [Fact]
    public async Task A_daemon_that_hangs_is_replaced_where_it_has_no_client_and_left_alone_where_it_has()
    {
        using var machine = new MpsMachine("off A100-80GB", "off A100-80GB");
        machine.Want(0);
        machine.Want(1);
        machine.SuperviseHere(new MpsPace { Look = TimeSpan.FromMilliseconds(200), Command = TimeSpan.FromSeconds(1) });
        var idle = await machine.StateAsync(0, state => state.IsServing);
        var used = await machine.StateAsync(1, state => state.IsServing);
        var client = machine.Use(1);
        await client.SaysAsync("running");

        machine.Says(0, "hang");
        machine.Says(1, "hang");
        await machine.StateAsync(0, state => state.Fault is not null);
        machine.Says(0);
        Assert.Contains("left alone", (await machine.StateAsync(1, state => state.Fault is not null)).Fault);
        machine.Says(1);

        await machine.StateAsync(0, state => state.IsServing && state.Pid != idle.Pid);
        await machine.StateAsync(1, state => state.IsServing && state.Pid == used.Pid);
        Assert.True(client.IsAlive);
    }

    [Fact]
    public async Task A_server_in_which_a_client_did_something_fatal_is_told_of_until_it_takes_clients_again()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        var supervisor = machine.Supervise();
        await machine.StateAsync(0, state => state.IsServing, supervisor);
        using var client = machine.Use(0);
        await client.SaysAsync("running");

        machine.Says(0, "faulty");
        Assert.Contains("something fatal", (await machine.StateAsync(0, state => state.Fault is not null, supervisor)).Fault);

        machine.Says(0);
        await machine.StateAsync(0, state => state.IsServing, supervisor);
    }

    [Fact]
    public async Task Of_two_supervisors_the_second_waits_for_the_end_of_the_first()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        var first = machine.Supervise();
        await machine.StateAsync(0, state => state.IsServing, first);
        var second = machine.Supervise();
        await Eventually.Async(() => second.Said.Contains("Another supervisor works"));

        await first.KillAsync();

        await Eventually.Async(() => second.Said.Contains("took over"));
    }

    [Fact]
    public async Task A_daemon_has_the_shared_memory_of_its_own_clients_where_mounts_are_allowed_and_else_it_is_said_that_it_has_not()
    {
        using var machine = new MpsMachine("off A100-80GB", "off A100-80GB");
        machine.Want(0);
        machine.Want(1);
        var supervisor = machine.Supervise();
        var first = await machine.StateAsync(0, state => state.IsServing, supervisor);
        var second = await machine.StateAsync(1, state => state.IsServing, supervisor);
        File.WriteAllText(Path.Combine(machine.Gpu(0).Shm, "first"), "");

        var isOwn = File.Exists($"/proc/{first.Pid}/root/dev/shm/first") && !File.Exists($"/proc/{second.Pid}/root/dev/shm/first");

        Assert.NotEqual(isOwn, supervisor.Said.Contains("unshare --mount is not allowed"));
        Assert.Equal(isOwn, Memory(machine.Gpu(0)).IsMounted);
        Assert.False(File.Exists("/dev/shm/first"));
        machine.Unwant(0);
        await machine.StateAsync(0, state => state is { Pid: null, Fault: null }, supervisor);
        Assert.False(Memory(machine.Gpu(0)).IsMounted);
        Assert.Equal(isOwn, Memory(machine.Gpu(1)).IsMounted);

        static ClientMemory Memory(MpsFolder gpu) => new(gpu, TimeSpan.FromSeconds(1), TimeProvider.System);
    }

    [Fact]
    public async Task A_root_that_cannot_be_written_for_a_while_ends_no_supervisor()
    {
        using var machine = new MpsMachine("off A100-80GB");
        var inTheWay = Directory.CreateDirectory(Path.Combine(machine.Root, "supervisor"));
        machine.Want(0);
        var supervisor = machine.Supervise();
        await machine.StateAsync(0, state => state.IsServing, supervisor);
        await Eventually.Async(() => supervisor.Said.Contains("cannot be written"));
        Assert.False(supervisor.HasEnded);

        inTheWay.Delete();

        await Eventually.Async(() => StateFile.IsAlive(machine.Root, DateTimeOffset.UtcNow));
    }
}
