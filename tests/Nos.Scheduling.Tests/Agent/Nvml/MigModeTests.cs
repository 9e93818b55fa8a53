using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class MigModeTests
{
    [Fact]
    public async Task Without_permission_MIG_mode_stays_off_and_the_command_to_run_is_told()
    {
        using var machine = new NvmlMachine("off A100-80GB");
        using var driver = machine.Open();
        var gpu = (await driver.ReadAsync(default)).Gpus[0];

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => CreateAsync(driver).AsTask());

        Assert.Contains("nvidia-smi -i 0 -mig 1", refused.Message);
        Assert.Equal(refused.Message, gpu.Obstacle);
        Assert.DoesNotContain("nvmlDeviceSetMigMode 0", machine.Calls);
    }

    [Fact]
    public async Task With_permission_it_is_switched_on_when_the_first_instance_is_wanted_and_not_before()
    {
        using var machine = new NvmlMachine("off A100-80GB");
        using var driver = machine.Open(enableMig: true);
        Assert.Null((await driver.ReadAsync(default)).Gpus[0].Obstacle);
        Assert.DoesNotContain("nvmlDeviceSetMigMode 0", machine.Calls);

        await CreateAsync(driver);

        Assert.Equal("1g.10gb@0", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task That_a_GPU_had_instances_before_the_node_started_anew_is_permission_enough()
    {
        using var machine = new NvmlMachine("off A100-80GB", "off A100-80GB");
        var permission = new MigPermission(isGranted: false);
        using var driver = new MigDriver(permission, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var gpus = (await driver.ReadAsync(default)).Gpus;
        permission.Remember(new GpuNodeStatus { Gpus = [new GpuStatus { Index = 0, Uuid = gpus[0].Uuid, Slices = [new SliceStatus { Id = "0-1g.10gb-0", Profile = "1g.10gb", Start = 0, Uuid = "MIG-x" }] }] });

        await CreateAsync(driver);

        await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Slices.Place(Draw.A100, "1g.10gb@0", gpu: 1), default).AsTask());
        Assert.Null((await driver.ReadAsync(default)).Gpus[0].Obstacle);
    }

    [Theory]
    [InlineData("process 0", "a process runs on the GPU")]
    [InlineData("client 0", "Another client holds the GPU")]
    [InlineData("pending 0", "--gpu-reset")]
    public async Task A_GPU_that_is_held_or_needs_a_reset_is_told_and_left_alone(string world, string told)
    {
        using var machine = new NvmlMachine("off A100-80GB");
        machine.Says(world);
        using var driver = machine.Open(enableMig: true);
        await driver.ReadAsync(default);

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => CreateAsync(driver).AsTask());

        Assert.Contains(told, refused.Message);
        machine.SaysNo(world);
        Assert.Equal("", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task A_mode_that_waits_for_a_reset_is_the_GPUs_obstacle()
    {
        using var machine = new NvmlMachine("off A100-80GB");
        machine.Says("pending 0");
        using var driver = machine.Open(enableMig: true);
        await driver.ReadAsync(default);
        await Assert.ThrowsAsync<GpuDriverException>(() => CreateAsync(driver).AsTask());

        Assert.Contains("--gpu-reset", (await driver.ReadAsync(default)).Gpus[0].Obstacle);
    }

    private static ValueTask CreateAsync(MigDriver driver) => driver.CreateAsync(Slices.Place(Draw.A100, "1g.10gb@0"), default);
}
