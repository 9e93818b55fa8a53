using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class MigReadingTests
{
    [Theory]
    [InlineData("A30", "NVIDIA-A30")]
    [InlineData("A100-80GB", "NVIDIA-A100-SXM4-80GB")]
    [InlineData("H100-80GB", "NVIDIA-H100-80GB-HBM3")]
    [InlineData("RTX-PRO-6000", "NVIDIA-RTX-PRO-6000-Blackwell-Server-Edition")]
    public async Task A_product_is_what_its_GPU_says_with_MIG_mode_on_and_off(string layout, string product)
    {
        using var machine = new NvmlMachine(layout, $"off {layout}");
        using var driver = machine.Open();

        var gpus = (await driver.ReadAsync(default)).Gpus;

        var known = GpuCatalog.Find(product)!;
        Assert.Equal([product, product], gpus.Select(gpu => gpu.Model.Product));
        Assert.Equal(known.MemoryMiB, gpus[0].Model.MemoryMiB);
        Assert.Equal(known.Profiles.OrderBy(profile => profile.Name), gpus[0].Model.Profiles.OrderBy(profile => profile.Name));
        Assert.Same(gpus[0].Model, gpus[1].Model);
        Assert.Equal(MpsLimits.UsableGB(known.MemoryMiB, 640), gpus[0].Model.UsableGB);
    }

    [Fact]
    public async Task Names_are_the_drivers_in_whichever_version_it_tells_them()
    {
        using var machine = new NvmlMachine("A100-80GB");
        machine.Says("no-third-version");
        using var driver = machine.Open();

        Assert.NotNull((await driver.ReadAsync(default)).Gpus[0].Model.Find("1g.10gb+me"));
    }

    [Fact]
    public async Task A_model_stays_the_same_instance_while_the_GPUs_stay_the_same()
    {
        using var machine = new NvmlMachine("A30");
        using var driver = machine.Open();

        Assert.Same((await driver.ReadAsync(default)).Gpus[0].Model, (await driver.ReadAsync(default)).Gpus[0].Model);
    }

    [Fact]
    public async Task Where_chips_of_one_product_differ_only_what_all_of_them_have_is_promised()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        var odd = Path.Combine(machine.Folder, "odd.txt");
        var layout = File.ReadAllText(Path.Combine(NvmlDouble.Sources, "layouts", "A100-80GB.txt"));
        File.WriteAllText(odd, layout.Replace(" 1 0,1,2,3,4,5,6", " 1 0,1,2,4,5,6,7"));
        File.AppendAllText(Path.Combine(machine.Folder, "gpus"), odd + "\n");
        File.Delete(Path.Combine(machine.Folder, "machine"));
        NvmlDouble.Show(machine.Folder);
        using var driver = machine.Open();

        var model = (await driver.ReadAsync(default)).Gpus[2].Model;

        Assert.Equal([0, 1, 2, 4, 5, 6], model.Find("1g.10gb")!.Placements.Select(place => place.Start));
        Assert.Equal([0, 4], model.Find("3g.40gb")!.Placements.Select(place => place.Start));
    }

    [Fact]
    public async Task A_machine_without_GPUs_is_read_as_such()
    {
        using var machine = new NvmlMachine();
        using var driver = machine.Open();

        Assert.Empty((await driver.ReadAsync(default)).Gpus);
    }

    [Fact]
    public async Task What_exists_is_adopted_with_its_uuid_and_whether_a_process_runs_on_it()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4 1g.10gb@0");
        machine.Says("process 0 4");
        using var driver = machine.Open();

        var gpu = (await driver.ReadAsync(default)).Gpus[0];

        Assert.Equal("1g.10gb@0 3g.40gb@4!", NvmlMachine.Text(gpu));
        Assert.All(gpu.Slices, slice => Assert.StartsWith("MIG-", slice.Uuid));
        Assert.Equal(2, gpu.Slices.Select(slice => slice.Uuid).Distinct().Count());
    }

    [Fact]
    public async Task A_process_that_draws_uses_its_instance_as_one_that_computes_does()
    {
        using var machine = new NvmlMachine("RTX-PRO-6000");
        await machine.CutAsync(0, "1g.24gb+gfx@3 1g.24gb@6");
        machine.Says("drawing 0 3");
        using var driver = machine.Open();

        Assert.Equal("1g.24gb+gfx@3! 1g.24gb@6", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task A_driver_that_knows_nothing_of_processes_that_draw_has_none()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "1g.10gb@0");
        machine.Says("fail nvmlDeviceGetGraphicsRunningProcesses_v3 3");
        using var driver = machine.Open();

        Assert.Equal("1g.10gb@0", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task An_instance_whose_processes_NVML_does_not_tell_counts_as_used()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "1g.10gb@0");
        machine.Says("fail nvmlDeviceGetComputeRunningProcesses_v3 3");
        using var driver = machine.Open();

        Assert.Equal("1g.10gb@0!", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task The_session_is_opened_once_for_any_number_of_readings()
    {
        using var machine = new NvmlMachine("A30", "A30");
        using var driver = machine.Open();
        for (var reading = 0; reading < 5; reading++)
        {
            await driver.ReadAsync(default);
        }

        Assert.Single(machine.Calls, "nvmlInit_v2 -1");
        Assert.Single(machine.Calls, "nvmlDeviceGetHandleByIndex_v2 1");
    }
}
