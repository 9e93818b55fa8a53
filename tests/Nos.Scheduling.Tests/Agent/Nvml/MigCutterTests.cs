using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class MigCutterTests
{
    [Theory]
    [InlineData("A30")]
    [InlineData("A100-80GB")]
    [InlineData("H100-80GB")]
    [InlineData("RTX-PRO-6000")]
    public async Task Every_profile_is_made_at_every_place_that_it_may_have_and_destroyed_again(string layout)
    {
        using var machine = new NvmlMachine(layout);
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;

        foreach (var placement in model.Profiles.SelectMany(profile => profile.Placements))
        {
            await driver.CreateAsync(Place(model, $"{placement}"), default);
            Assert.Equal($"{placement}", await TextAsync(driver));
            await driver.DestroyAsync(Place(model, $"{placement}"), default);
            Assert.Equal("", await TextAsync(driver));
        }
    }

    [Theory]
    [InlineData("H100-80GB", "1g.20gb@2", 26)]
    [InlineData("H100-80GB", "3g.40gb@4", 60)]
    [InlineData("A100-80GB", "7g.80gb@0", 98)]
    public async Task An_instance_has_all_SMs_of_its_profile(string layout, string slice, int multiprocessors)
    {
        using var machine = new NvmlMachine(layout);
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;
        var place = Place(model, slice);

        await driver.CreateAsync(place, default);

        Assert.Equal(multiprocessors, NvmlDouble.MultiprocessorsAt(0, place.Shape.Start));
    }

    [Fact]
    public async Task Making_what_is_there_already_changes_nothing()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "2g.20gb@2");
        using var driver = machine.Open();
        var gpu = (await driver.ReadAsync(default)).Gpus[0];

        await driver.CreateAsync(Place(gpu.Model, "2g.20gb@2"), default);

        Assert.Equal(gpu.Slices, (await driver.ReadAsync(default)).Gpus[0].Slices);
    }

    [Fact]
    public async Task Destroying_what_is_not_there_is_no_error()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;

        await driver.DestroyAsync(Place(model, "2g.20gb@2"), default);

        Assert.DoesNotContain(machine.Calls, call => call.Contains("Destroy"));
    }

    [Fact]
    public async Task Compute_instances_go_before_their_GPU_instance()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "2g.20gb@2");
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;

        await driver.DestroyAsync(Place(model, "2g.20gb@2"), default);

        Assert.Equal(["nvmlComputeInstanceDestroy 0", "nvmlGpuInstanceDestroy 0"], machine.Calls.Where(call => call.Contains("Destroy")));
    }

    [Fact]
    public async Task What_a_process_runs_on_is_not_even_tried()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "2g.20gb@2");
        machine.Says("process 0 2");
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Place(model, "2g.20gb@2"), default).AsTask());

        Assert.Equal("A process runs on 0-2g.20gb-2; it goes when that has ended.", refused.Message);
        Assert.DoesNotContain(machine.Calls, call => call.Contains("Destroy"));
    }

    [Theory]
    [InlineData("3g.40gb@0", "1g.10gb@2", "0-1g.10gb-2 overlaps 3g.40gb at 0, which exists.")]
    [InlineData("1g.10gb+me@0", "1g.10gb+me@2", "nvmlDeviceCreateGpuInstanceWithPlacement: NVML_ERROR_INSUFFICIENT_RESOURCES (23).")]
    public async Task What_has_no_room_is_refused_with_the_reason_and_nothing_changes(string present, string wanted, string reason)
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, present);
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Place(model, wanted), default).AsTask());

        Assert.StartsWith(reason, refused.Message);
        Assert.Equal(present, await TextAsync(driver));
    }

    [Theory]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 2)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 3)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 4)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 13)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 19)]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 23)]
    [InlineData("nvmlGpuInstanceCreateComputeInstance", 19)]
    [InlineData("nvmlGpuInstanceCreateComputeInstance", 23)]
    [InlineData("nvmlGpuInstanceGetComputeInstanceProfileInfo", 3)]
    public async Task A_slice_that_cannot_be_made_leaves_nothing_behind_and_can_be_made_later(string call, int code)
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        var place = Place((await driver.ReadAsync(default)).Gpus[0].Model, "3g.40gb@4");
        machine.Says($"fail {call} {code}");

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(place, default).AsTask());

        Assert.Contains(call, refused.Message);
        machine.SaysNo($"fail {call} {code}");
        Assert.Equal("", await TextAsync(driver));
        await driver.CreateAsync(place, default);
        Assert.Equal("3g.40gb@4", await TextAsync(driver));
    }

    [Fact]
    public async Task A_removal_that_broke_off_half_way_goes_on_from_there()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        using var driver = machine.Open();
        var place = Place((await driver.ReadAsync(default)).Gpus[0].Model, "3g.40gb@4");
        machine.Says("client 0");

        await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(place, default).AsTask());
        Assert.Equal("3g.40gb@4?", await TextAsync(driver));

        machine.SaysNo("client 0");
        await driver.DestroyAsync(place, default);
        Assert.Equal("", await TextAsync(driver));
    }

    [Fact]
    public async Task What_is_half_done_is_finished_where_it_is_wanted_and_cleared_away_where_its_room_is()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@0 3g.40gb@4");
        using var driver = machine.Open();
        var model = (await driver.ReadAsync(default)).Gpus[0].Model;
        machine.Says("client 0");
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Place(model, "3g.40gb@0"), default).AsTask());
        await Assert.ThrowsAsync<GpuDriverException>(() => driver.DestroyAsync(Place(model, "3g.40gb@4"), default).AsTask());
        machine.SaysNo("client 0");
        Assert.Equal("3g.40gb@0? 3g.40gb@4?", await TextAsync(driver));

        await driver.CreateAsync(Place(model, "3g.40gb@0"), default);
        await driver.CreateAsync(Place(model, "1g.10gb@5"), default);

        Assert.Equal("3g.40gb@0 1g.10gb@5", await TextAsync(driver));
    }

    [Fact]
    public async Task Shares_and_profiles_that_the_GPU_does_not_have_are_refused()
    {
        using var machine = new NvmlMachine("A30");
        using var driver = machine.Open();
        await driver.ReadAsync(default);

        var share = await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Place(Draw.A30, "10gb#1"), default).AsTask());
        var foreign = await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Place(Draw.A100, "1g.10gb@0"), default).AsTask());
        var gone = await Assert.ThrowsAsync<GpuDriverException>(() => driver.CreateAsync(Slices.Place(Draw.A30, "1g.6gb@0", gpu: 3), default).AsTask());

        Assert.Equal("0-10gb-1 is an MPS share, which this driver does not make.", share.Message);
        Assert.Equal("GPU 0, NVIDIA-A30, has no profile 1g.10gb.", foreign.Message);
        Assert.Equal("There is no GPU 3.", gone.Message);
    }

    private static SlicePlace Place(GpuModel model, string text) => Slices.Place(model, text);

    private static async Task<string> TextAsync(MigDriver driver) => NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]);
}
