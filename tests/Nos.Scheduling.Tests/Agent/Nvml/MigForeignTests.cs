using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>What pods have through NVIDIA's plugin, as pod-resources tells: in use though no process may be seen on it, not offered, and left as it is.</summary>
[Collection("NVML")]
public sealed class MigForeignTests
{
    private readonly ManualClock clock = new();
    private readonly SliceOffers offers;
    private SliceBook book = SliceBook.Empty;
    private bool isRefused;
    private NodeOrder order = new(1, new GpuNodeSpec(), PartitioningMode.Mig, null);

    public MigForeignTests() => offers = new SliceOffers(clock);

    [Fact]
    public async Task An_instance_that_a_foreign_pod_has_is_neither_destroyed_nor_offered_until_that_pod_ends()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "1g.10gb@0 3g.40gb@4");
        using var driver = machine.Open();
        var node = Node(driver);
        var uuid = (await driver.ReadAsync(default)).Gpus[0].Slices[1].Uuid!;
        Has(uuid);

        var view = await RoundAsync(node, "1g.10gb@0 2g.20gb@2 1g.10gb@6");

        Assert.Equal("1g.10gb@0 2g.20gb@2 3g.40gb@4!", NvmlMachine.Text(view.Machine.Gpus[0]));
        Assert.Equal(["0-1g.10gb-0", "0-2g.20gb-2"], Offered());
        var slice = StatusComposer.Compose(view).Gpus[0].Slices.Single(slice => slice.Uuid == uuid);
        Assert.Equal((SliceStates.Used, false), (slice.State, slice.Advertised));

        Has();
        view = await RoundAsync(node, "1g.10gb@0 2g.20gb@2 1g.10gb@6");
        Assert.Equal("1g.10gb@0 2g.20gb@2 1g.10gb@6", NvmlMachine.Text(view.Machine.Gpus[0]));
    }

    [Fact]
    public async Task Nor_is_it_when_the_pod_took_it_after_the_round_was_decided()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        using var driver = machine.Open();
        var served = Served(driver);
        Has((await served.ReadAsync(default)).Gpus[0].Slices[0].Uuid!);

        var refused = await Assert.ThrowsAsync<GpuDriverException>(() => served.DestroyAsync(Slices.Place(Draw.A100, "3g.40gb@4"), default).AsTask());

        Assert.Contains("through another device plugin", refused.Message);
        Assert.Equal("3g.40gb@4", NvmlMachine.Text((await driver.ReadAsync(default)).Gpus[0]));
    }

    [Fact]
    public async Task A_whole_GPU_that_a_foreign_pod_has_keeps_its_mode_and_the_others_are_cut()
    {
        using var machine = new NvmlMachine("off A100-80GB", "off A100-80GB");
        using var driver = machine.Open(enableMig: true);
        var node = Node(driver);
        Has((await driver.ReadAsync(default)).Gpus[0].Uuid);

        var view = await RoundAsync(node, "1g.10gb@0", "1g.10gb@0");

        Assert.DoesNotContain("nvmlDeviceSetMigMode 0", machine.Calls);
        Assert.Contains("nvmlDeviceSetMigMode 1", machine.Calls);
        Assert.Contains("left alone until that pod ends", Assert.Single(view.Failures).Value.Message);
        Assert.Equal(["1-1g.10gb-0"], Offered());

        Has();
        clock.Advance(120);
        Assert.Equal("1g.10gb@0", NvmlMachine.Text((await RoundAsync(node, "1g.10gb@0", "1g.10gb@0")).Machine.Gpus[0]));
    }

    [Fact]
    public async Task On_a_node_that_somebody_else_shares_nothing_is_introduced_to_kubelet()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "1g.10gb@0");
        using var driver = machine.Open();
        isRefused = true;

        await Served(driver).ReadAsync(default);

        Assert.Empty(offers.Resources);
    }

    [Fact]
    public async Task And_where_that_comes_later_only_what_pods_have_stays_healthy()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "1g.10gb@0 1g.10gb@1");
        using var driver = machine.Open();
        var served = Served(driver);
        book = book with { Uses = new Dictionary<SlicePlace, SliceUse> { [Slices.Place(Draw.A100, "1g.10gb@1")] = new("a/b/c", "u") } };
        await served.ReadAsync(default);
        Assert.Equal(["0-1g.10gb-0", "0-1g.10gb-1"], Offered());

        isRefused = true;
        await served.ReadAsync(default);

        Assert.Equal(["0-1g.10gb-1"], Offered());
    }

    private void Has(params string[] uuids) => book = book with { Foreign = uuids.ToHashSet() };

    /// <summary>What kubelet could give away.</summary>
    private IEnumerable<string> Offered()
    {
        var healthy = new List<string>();
        foreach (var (resource, _, _) in offers.Resources)
        {
            using var stream = offers.Open(resource)!;
            var told = stream.NextAsync(default);
            healthy.AddRange(told.IsCompletedSuccessfully ? told.Result.Where(device => device.IsHealthy).Select(device => device.Id) : []);
        }

        return healthy.Order(StringComparer.Ordinal);
    }

    private ServedDriver Served(MigDriver driver) => new(driver, offers, () => null, _ => _ => null, () => book, clock) { IsRefused = () => isRefused };

    private NodeReconciler Node(MigDriver driver) =>
        new("node-1", Served(driver), () => order, () => book.Uses, clock, new AgentMetrics(null), NullLogger.Instance);

    private async Task<NodeView> RoundAsync(NodeReconciler node, params string[] gpus)
    {
        order = order with { Generation = order.Generation + 1, Spec = Slices.Spec(gpus) };
        return await node.RoundAsync(_ => ValueTask.CompletedTask, default);
    }
}
