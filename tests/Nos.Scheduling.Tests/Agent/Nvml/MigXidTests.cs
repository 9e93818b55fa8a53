using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>Errors that the driver tells by itself, with which every call still succeeds.</summary>
[Collection("NVML")]
public sealed class MigXidTests : IDisposable
{
    private readonly ManualClock clock = new();
    private readonly Dictionary<SlicePlace, SliceUse> uses = [];
    private readonly SemaphoreSlim distrusted = new(0);
    private NodeOrder order = new(1, Slices.Spec("1g.10gb@0 3g.40gb@4", "2g.20gb@0"), PartitioningMode.Mig, null);

    public void Dispose() => distrusted.Dispose();

    [Fact]
    public async Task An_error_of_a_GPU_fails_all_of_its_slices_until_the_GPU_was_reset_and_the_others_go_on()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var driver = Watching(machine);
        var node = Node(driver);
        await RoundAsync(node);

        await HappensAsync(0, null, 48);
        var view = await RoundAsync(node);

        Assert.Equal(["0-1g.10gb-0 Failed", "0-3g.40gb-4 Failed", "1-2g.20gb-0 Free"], Shown(view));
        Assert.Contains("XID error 48", StatusComposer.Compose(view).Gpus[0].Slices[0].Message);
        Assert.All(StatusComposer.Compose(view).Gpus[0].Slices, slice => Assert.False(slice.Advertised));
        Assert.All(SliceDevices.Of(view.Machine, _ => null, SliceBook.Empty), device => Assert.Equal(device.Place.Gpu == 1, device.IsHealthy));
        machine.ForgetCalls();
        order = order with { Generation = 2, Spec = Slices.Spec("1g.10gb@0 1g.10gb@1", "2g.20gb@0 1g.10gb@2") };
        await RoundAsync(node);
        Assert.Equal(["nvmlDeviceCreateGpuInstanceWithPlacement 1"], machine.Calls.Where(call => call.Contains("Destroy") || call.Contains("WithPlacement")).Distinct());

        NvmlDouble.Reset(0);
        view = await RoundAsync(node);
        Assert.Equal(["0-1g.10gb-0 Free", "0-1g.10gb-1 Free", "1-2g.20gb-0 Free", "1-1g.10gb-2 Free"], Shown(view));
    }

    [Fact]
    public async Task An_error_of_an_instance_is_that_ones_alone_until_it_was_made_anew()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var driver = Watching(machine);
        var node = Node(driver);
        await RoundAsync(node);

        await HappensAsync(0, 4, 94);
        var view = await RoundAsync(node);

        Assert.Equal(["0-1g.10gb-0 Free", "0-3g.40gb-4 Failed", "1-2g.20gb-0 Free"], Shown(view));
        Assert.Equal(
            ["0-1g.10gb-0 True", "0-3g.40gb-4 False", "1-2g.20gb-0 True"],
            SliceDevices.Of(view.Machine, _ => null, SliceBook.Empty).Select(device => $"{device.Id} {device.IsHealthy}"));

        order = order with { Generation = 2, Spec = Slices.Spec("1g.10gb@0", "2g.20gb@0") };
        await RoundAsync(node);
        order = order with { Generation = 3, Spec = Slices.Spec("1g.10gb@0 3g.40gb@4", "2g.20gb@0") };
        Assert.Equal(["0-1g.10gb-0 Free", "0-3g.40gb-4 Free", "1-2g.20gb-0 Free"], Shown(await RoundAsync(node)));
    }

    [Fact]
    public async Task Who_has_an_instance_with_an_error_keeps_it_and_is_told()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var driver = Watching(machine);
        var node = Node(driver);
        await RoundAsync(node);
        uses[Slices.Place(Draw.A100, "3g.40gb@4")] = new SliceUse("team/p/main", "uid-p");

        await HappensAsync(0, 4, 94);

        var slice = StatusComposer.Compose(await RoundAsync(node)).Gpus[0].Slices.Single(slice => slice.Id == "0-3g.40gb-4");
        Assert.Equal((SliceStates.Used, false, "team/p/main"), (slice.State, slice.Advertised, slice.Pod));
        Assert.Contains("XID error 94", slice.Message);
    }

    [Theory]
    [InlineData(13)]
    [InlineData(31)]
    [InlineData(43)]
    [InlineData(45)]
    [InlineData(68)]
    [InlineData(109)]
    public async Task What_a_program_is_to_blame_for_costs_nobody_anything(ulong xid)
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var driver = Watching(machine);
        var node = Node(driver);
        await RoundAsync(node);

        NvmlDouble.Xid(0, null, xid);
        await HappensAsync(1, 0, 48);

        Assert.Equal(["0-1g.10gb-0 Free", "0-3g.40gb-4 Free", "1-2g.20gb-0 Failed"], Shown(await RoundAsync(node)));
    }

    [Fact]
    public async Task When_the_driver_was_loaded_anew_all_begins_again()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var driver = Watching(machine);
        var node = Node(driver);
        await RoundAsync(node);
        await HappensAsync(1, null, 79);
        Assert.Equal("1-2g.20gb-0 Failed", Shown(await RoundAsync(node)).Last());

        machine.Says("unloaded");
        await Assert.ThrowsAsync<GpuDriverException>(() => RoundAsync(node));
        machine.SaysNo("unloaded");

        Assert.Equal("1-2g.20gb-0 Free", Shown(await RoundAsync(node)).Last());
        await HappensAsync(0, 0, 48);
        Assert.Equal("0-1g.10gb-0 Failed", Shown(await RoundAsync(node)).First());
    }

    [Theory]
    [InlineData("fail nvmlEventSetCreate 13")]
    [InlineData("fail nvmlDeviceRegisterEvents 3")]
    public async Task A_driver_that_tells_no_errors_works_without(string world)
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        machine.Says(world);
        using var driver = Watching(machine);

        Assert.Equal(["0-1g.10gb-0 Free", "0-3g.40gb-4 Free", "1-2g.20gb-0 Free"], Shown(await RoundAsync(Node(driver))));
    }

    private static IEnumerable<string> Shown(NodeView view) => StatusComposer.Compose(view).Gpus.SelectMany(gpu => gpu.Slices).Select(slice => $"{slice.Id} {slice.State}");

    private static Task<NodeView> RoundAsync(NodeReconciler node) => node.RoundAsync(_ => ValueTask.CompletedTask, default);

    private MigDriver Watching(NvmlMachine machine)
    {
        var driver = machine.Open(watchesXids: true);
        driver.Distrusted += () => distrusted.Release();
        return driver;
    }

    /// <summary>Returns when the driver has taken note of it.</summary>
    private async Task HappensAsync(int gpu, int? start, ulong xid)
    {
        NvmlDouble.Xid(gpu, start, xid);
        Assert.True(await distrusted.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private NodeReconciler Node(MigDriver driver) => new("node-1", driver, () => order, () => uses, clock, new AgentMetrics(null), NullLogger.Instance);
}
