using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class MigTroubleTests
{
    [Theory]
    [InlineData("fail nvmlInit_v2 12", "NvmlNotFound")]
    [InlineData("unloaded", "DriverNotLoaded")]
    [InlineData("fail nvmlInit_v2 4", "NoPermission")]
    [InlineData("mismatch", "DriverMismatch")]
    [InlineData("fail nvmlDeviceGetCount_v2 999", "GpuFailed")]
    [InlineData("fail nvmlDeviceGetGpuInstancePossiblePlacements_v2 4", "NoPermission")]
    public async Task A_driver_that_does_not_answer_is_a_reason_and_is_found_when_it_does(string world, string reason)
    {
        using var machine = new NvmlMachine("A100-80GB");
        machine.Says(world);
        using var driver = machine.Open();

        var silent = await Assert.ThrowsAsync<GpuDriverException>(() => driver.ReadAsync(default).AsTask());
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.ReadAsync(default).AsTask());

        Assert.Equal(reason, silent.Reason);
        Assert.False(driver.Outdated.IsCompleted);
        machine.SaysNo(world);
        Assert.Single((await driver.ReadAsync(default)).Gpus);
    }

    [Fact]
    public async Task A_driver_that_is_reloaded_is_connected_to_anew_and_nothing_is_lost()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        using var driver = machine.Open();
        await driver.ReadAsync(default);
        machine.Says("unloaded");
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.ReadAsync(default).AsTask());
        machine.SaysNo("unloaded");

        Assert.Equal("3g.40gb@4", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task A_driver_upgraded_under_the_process_asks_for_a_new_process()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        await driver.ReadAsync(default);
        machine.Says("mismatch");

        await Assert.ThrowsAsync<GpuDriverException>(() => driver.ReadAsync(default).AsTask());

        Assert.True(driver.Outdated.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_lost_GPU_shows_what_it_had_with_the_reason_and_is_back_when_it_is_back()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        using var driver = machine.Open();
        var before = await driver.ReadAsync(default);
        machine.Says("lost 0");

        for (var reading = 0; reading < 3; reading++)
        {
            var gpus = (await driver.ReadAsync(default)).Gpus;
            Assert.Contains("NVML_ERROR_GPU_IS_LOST", gpus[0].Fault);
            Assert.Equal((before.Gpus[0].Uuid, "3g.40gb@4"), (gpus[0].Uuid, NvmlMachine.Text(gpus[0])));
            Assert.Null(gpus[1].Fault);
        }

        await driver.CreateAsync(Slices.Place(Draw.A100, "1g.10gb@0", gpu: 1), default);
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Slices.Place(Draw.A100, "1g.10gb@0"), default).AsTask());
        machine.SaysNo("lost 0");
        await driver.ReadAsync(default);
        var back = (await driver.ReadAsync(default)).Gpus;
        Assert.Equal(["3g.40gb@4", "1g.10gb@0"], back.Select(NvmlMachine.Text));
        Assert.All(back, gpu => Assert.Null(gpu.Fault));
    }

    [Fact]
    public async Task A_GPU_that_was_never_seen_does_not_keep_the_others_from_working()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        machine.Says("lost 0");
        using var driver = machine.Open();

        Assert.Equal([1], (await driver.ReadAsync(default)).Gpus.Select(gpu => gpu.Index));
    }

    [Fact]
    public async Task Eight_GPUs_are_cut_side_by_side_and_each_is_called_by_one_hand_at_a_time()
    {
        using var machine = new NvmlMachine([.. Enumerable.Repeat("A100-80GB", 8)]);
        using var driver = machine.Open();
        await driver.ReadAsync(default);
        machine.Says("latency nvmlDeviceCreateGpuInstanceWithPlacement 300");
        machine.ForgetCalls();

        var steps = Enumerable.Range(0, 8)
            .SelectMany(gpu => new[] { "1g.10gb@0", "1g.10gb@1" }.Select(text => driver.CreateAsync(Slices.Place(Draw.A100, text, gpu), default).AsTask()))
            .ToList();
        await driver.ReadAsync(default);
        await Task.WhenAll(steps);

        // Every GPU's first began before any GPU's second: they did not wait for each other.
        var made = machine.Calls.Where(call => call.StartsWith("nvmlDeviceCreateGpuInstanceWithPlacement", StringComparison.Ordinal)).ToList();
        Assert.Equal(8, made.Take(8).Distinct().Count());
        Assert.DoesNotContain(machine.Calls, call => call.StartsWith("two calls at once", StringComparison.Ordinal));
        Assert.All((await driver.ReadAsync(default)).Gpus, gpu => Assert.Equal("1g.10gb@0 1g.10gb@1", NvmlMachine.Text(gpu)));
    }

    [Fact]
    public async Task While_a_GPU_is_being_cut_a_reading_does_not_wait_for_it()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        await driver.ReadAsync(default);
        machine.Says("latency nvmlDeviceCreateGpuInstanceWithPlacement 1000");

        var step = driver.CreateAsync(Slices.Place(Draw.A100, "1g.10gb@0"), default).AsTask();
        await Eventually.Async(() => machine.Calls.Contains("nvmlDeviceCreateGpuInstanceWithPlacement 0"));

        Assert.Empty((await driver.ReadAsync(default)).Gpus[0].Slices);
        Assert.False(step.IsCompleted);
        await step;
        Assert.Equal("1g.10gb@0", NvmlMachine.Text(driver.Last.Gpus.Count == 1 ? (await driver.ReadAsync(default)).Gpus[0] : throw new InvalidOperationException()));
    }
}
