using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Mps;

/// <summary>The driver of both modes, in this process; the supervisor and the daemons are processes.</summary>
[Collection("NVML")]
[Trait("Needs", "processes")]
public sealed class SharingDriverTests
{
    [Fact]
    public async Task The_first_share_has_the_GPU_shared_and_the_last_gives_it_back()
    {
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        Assert.Equal(78, (await driver.ReadAsync(default)).Gpus[0].Model.UsableGB);

        await driver.CreateAsync(Share(10, 1), default);
        await driver.CreateAsync(Share(3, 1), default);
        await driver.CreateAsync(Share(10, 2), default);
        await driver.CreateAsync(Share(10, 2), default);

        Assert.Equal("0-3gb-1 0-10gb-1 0-10gb-2", await TextAsync(driver));
        Assert.Equal(ComputeMode.ExclusiveProcess, machine.ModeOf(0));
        using (var another = machine.Open())
        {
            Assert.Equal("0-3gb-1 0-10gb-1 0-10gb-2", await TextAsync(another));
        }

        foreach (var share in (SlicePlace[])[Share(10, 1), Share(3, 1), Share(10, 2), Share(10, 2)])
        {
            await driver.DestroyAsync(share, default);
        }

        Assert.Equal("", await TextAsync(driver));
        await machine.StateAsync(0, state => state is { Pid: null, Fault: null }, supervisor);
        Assert.Equal(ComputeMode.Default, machine.ModeOf(0));
    }

    [Fact]
    public async Task A_share_with_a_process_on_it_is_busy_and_stays()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        await driver.CreateAsync(Share(10, 1), default);
        await driver.CreateAsync(Share(10, 2), default);
        using var client = machine.Use(0, "0-10gb-1");
        await client.SaysAsync("running");
        await Eventually.Async(async () => await TextAsync(driver) is var text && text == "0-10gb-1! 0-10gb-2" ? "" : text);

        Assert.Contains($"Process {client.Pid} is still on 0-10gb-1", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Share(10, 1), default).AsTask())).Message);
        await driver.DestroyAsync(Share(10, 2), default);

        Assert.Equal("0-10gb-1!", await TextAsync(driver));
        client.Dispose();
        await driver.DestroyAsync(Share(10, 1), default);
    }

    [Fact]
    public async Task While_a_process_does_not_tell_its_share_none_goes_and_all_can_be_given_away()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        await driver.CreateAsync(Share(10, 1), default);
        using var client = machine.Use(0);
        await client.SaysAsync("running");

        Assert.Contains("does not tell which share", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Share(10, 1), default).AsTask())).Message);
        Assert.Equal("0-10gb-1", await TextAsync(driver));
    }

    [Fact]
    public async Task A_process_that_outlives_its_daemon_keeps_its_share_until_it_ends()
    {
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        await driver.CreateAsync(Share(10, 1), default);
        var client = machine.Use(0, "0-10gb-1", stays: true);
        await client.SaysAsync("running");
        var daemon = await machine.StateAsync(0, state => state.Clients.Count == 1, supervisor);

        machine.Says(0, "refuse Busy");
        MpsMachine.Kill(daemon.Pid!.Value);
        await client.SaysAsync("lost");
        await machine.StateAsync(0, state => state.Fault?.Contains("Busy") == true, supervisor);

        Assert.Equal("0-10gb-1!", await TextAsync(driver));
        Assert.Contains("is still on 0-10gb-1", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Share(10, 1), default).AsTask())).Message);
        client.Dispose();
        await driver.DestroyAsync(Share(10, 1), default);
        Assert.Equal("", await TextAsync(driver));
    }

    [Fact]
    public async Task More_than_the_GPU_has_or_serves_is_refused()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        await driver.CreateAsync(Share(40, 1), default);

        Assert.Contains("78 GB are usable", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(39, 1), default).AsTask())).Message);

        await driver.DestroyAsync(Share(40, 1), default);
        for (var number = 1; number <= 48; number++)
        {
            await driver.CreateAsync(Share(1, number), default);
        }

        Assert.Contains("at most 48 MPS clients", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(1, 49), default).AsTask())).Message);
    }

    [Fact]
    public async Task Without_a_supervisor_nothing_is_shared_and_it_says_so_at_once()
    {
        using var machine = new MpsMachine("off A100-80GB");
        using var driver = machine.Open();
        Assert.Contains("DaemonSet nos-mps", (await driver.ReadAsync(default)).Gpus[0].ShareObstacle);

        Assert.Contains("DaemonSet nos-mps", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(10, 1), default).AsTask())).Message);

        Assert.False(File.Exists(machine.Gpu(0).Wanted));
        Assert.Equal("", await TextAsync(driver));
    }

    [Fact]
    public async Task A_daemon_that_runs_without_its_supervisor_goes_on_being_used()
    {
        using var machine = new MpsMachine("off A100-80GB");
        var supervisor = machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        await driver.CreateAsync(Share(10, 1), default);
        await supervisor.KillAsync();
        File.Delete(Path.Combine(machine.Root, "supervisor"));
        using var client = machine.Use(0, "0-10gb-1");
        await client.SaysAsync("running");

        Assert.Equal("0-10gb-1!", await TextAsync(driver));
        Assert.Null(driver.Last.Gpus[0].Fault);
        await driver.CreateAsync(Share(10, 2), default);

        MpsMachine.Kill(HostProcesses.DaemonOf(machine.Gpu(0))!.Value);
        await Eventually.Async(async () => (await driver.ReadAsync(default)).Gpus[0].Fault?.Contains("Its MPS daemon does not run") == true ? "" : $"no fault: {driver.Last.Gpus[0].Fault}");
    }

    [Fact]
    public async Task A_GPU_whose_daemon_refuses_takes_no_share_until_it_does_and_the_reason_is_given_on()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Says(0, "refuse No space left");
        machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);

        Assert.Contains("No space left", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(10, 1), default).AsTask())).Message);

        machine.Says(0);
        await Eventually.Async(async () =>
        {
            try
            {
                await driver.CreateAsync(Share(10, 1), default);
                return "";
            }
            catch (GpuDriverException refused)
            {
                return refused.Message;
            }
        });
        Assert.Equal("0-10gb-1", await TextAsync(driver));
    }

    [Fact]
    public async Task What_is_left_of_the_other_mode_is_seen_and_goes_before_the_GPU_is_cut_otherwise()
    {
        using var machine = new MpsMachine("A100-80GB", "off A100-80GB");
        await machine.Nvml.CutAsync(0, "1g.10gb@0");
        machine.Supervise();
        using var driver = machine.Open();
        await AliveAsync(machine);
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;
        await driver.CreateAsync(Share(10, 1, gpu: 1), default);

        Assert.Equal("0-1g.10gb-0 1-10gb-1", await TextAsync(driver));
        Assert.Contains("-mig 0", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(10, 1), default).AsTask())).Message);
        Assert.Contains("is shared by MPS", (await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Slices.Place(model, "1g.10gb@0", 1), default).AsTask())).Message);

        await driver.DestroyAsync(Slices.Place(model, "1g.10gb@0"), default);
        await driver.DestroyAsync(Share(10, 1, gpu: 1), default);
        Assert.Equal("", await TextAsync(driver));
    }

    [Fact]
    public async Task A_daemon_wanted_by_an_agent_that_was_killed_before_it_had_made_the_share_is_wanted_no_more()
    {
        using var machine = new MpsMachine("off A100-80GB");
        machine.Want(0);
        using var driver = machine.Open();

        await driver.ReadAsync(default);

        Assert.False(File.Exists(machine.Gpu(0).Wanted));
    }

    [Fact]
    public async Task Shares_that_cannot_be_read_make_the_GPU_unusable_and_are_not_written_over()
    {
        using var machine = new MpsMachine("off A100-80GB");
        WholeFile.Write(machine.Gpu(0).Shares, "ten\n");
        using var driver = machine.Open();

        Assert.Contains("a line that is none: ten", (await driver.ReadAsync(default)).Gpus[0].Fault);
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Share(10, 1), default).AsTask());

        Assert.Equal("ten\n", File.ReadAllText(machine.Gpu(0).Shares));
    }

    private static SlicePlace Share(int memoryGB, int number, int gpu = 0) => new(gpu, SliceShape.Mps(memoryGB, number));

    private static Task AliveAsync(MpsMachine machine) => Eventually.Async(() => StateFile.IsAlive(machine.Root, DateTimeOffset.UtcNow));

    private static async Task<string> TextAsync(SharingDriver driver) => string.Join(' ', (await driver.ReadAsync(default)).Gpus
        .SelectMany(gpu => gpu.Slices.Select(slice => slice.Shape.IdOn(gpu.Index) + (slice.IsBusy ? "!" : ""))));
}
