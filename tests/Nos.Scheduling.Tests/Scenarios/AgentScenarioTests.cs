using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Tests.Agent;

namespace Nos.Scheduling.Tests.Scenarios;

/// <summary>What nos' mig-agent does about a specification, on a GPU that refuses what a GPU refuses. Two GPUs; used slices have a <c>!</c>.</summary>
public sealed class AgentScenarioTests
{
    private const string Absent = "absent";

    private readonly ManualClock clock = new();
    private readonly ScriptedDriver driver = new(Draw.A100, 2);
    private readonly Dictionary<SlicePlace, SliceUse> uses = [];
    private NodeOrder order = new(0, new GpuNodeSpec(), PartitioningMode.Mig, null);
    private NodeReconciler? reconciler;
    private int made;

    /// <summary>The steps that succeeded since the scenario began.</summary>
    private IReadOnlyList<string> Taken => [.. driver.Taken.Skip(made)];

    /// <summary>The rows of the table of diff plans. nos counts slices and makes those it keeps anew; here places are exact and what is wanted stays.</summary>
    [Theory]
    [InlineData("", "", "4g.40gb@0 1g.20gb@4", "1g.10gb@0 1g.10gb@1", "create 0-1g.20gb-4, create 0-4g.40gb-0, create 1-1g.10gb-0, create 1-1g.10gb-1")]
    [InlineData("1g.10gb@0! 1g.10gb@1!", "2g.20gb@0", Absent, Absent, "")]
    [InlineData("1g.10gb@0! 1g.10gb@1!", "2g.20gb@0", "", "", "destroy 1-2g.20gb-0")]
    [InlineData("", "", Absent, Absent, "")]
    [InlineData("", "", "", "", "")]
    [InlineData("1g.10gb@0 1g.10gb@1! 1g.10gb@2", "", "1g.10gb@1", "", "destroy 0-1g.10gb-0, destroy 0-1g.10gb-2")]
    [InlineData("1g.10gb@0 1g.10gb@1! 1g.10gb@2", "1g.10gb@0", "1g.10gb@0 1g.10gb@1 1g.10gb@2 1g.10gb@3", "1g.10gb@0", "create 0-1g.10gb-3")]
    [InlineData("1g.10gb@0 1g.10gb@1! 1g.10gb@2", "1g.10gb@0", "1g.10gb@0 1g.10gb@1 1g.10gb@2 2g.20gb@4", "1g.10gb@0", "create 0-2g.20gb-4")]
    public async Task A_plan_is_what_differs_and_keeps_what_is_used(string first, string second, string wantedFirst, string wantedSecond, string steps)
    {
        await HasAsync(first, second);

        var view = await RoundAsync(wantedFirst, wantedSecond);

        Assert.Equal(steps, string.Join(", ", Taken.Order(StringComparer.Ordinal)));
        Assert.Empty(view.Failures);
    }

    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("1g.10gb@0 1g.10gb@1 2g.20gb@2", "1g.20gb@0 1g.20gb@2", "2g.20gb@2 1g.10gb@1 1g.10gb@0", "1g.20gb@2 1g.20gb@0")]
    [InlineData("1g.10gb@0", "", "1g.10gb@0 1g.10gb@0", "")]
    public async Task A_state_that_is_as_the_specification_says_in_whatever_order_needs_nothing(string first, string second, string wantedFirst, string wantedSecond)
    {
        await HasAsync(first, second);

        var view = await RoundAsync(wantedFirst, wantedSecond);

        Assert.Empty(Taken);
        Assert.Equal("True", NodeConditions.Partitioned(view).Status);
    }

    [Fact]
    public async Task Of_unknown_used_and_free_devices_only_the_free_one_goes_and_nothing_is_an_error()
    {
        await HasAsync("1g.10gb@0! 1g.10gb@1 1g.10gb@2", "");

        // A process, of which kubelet knows nothing.
        driver.Before = step => step == "destroy 0-1g.10gb-2" ? throw new GpuDriverException("A process runs on 0-1g.10gb-2.") : Task.CompletedTask;
        var view = await RoundAsync("", "");

        Assert.Equal(["destroy 0-1g.10gb-1"], Taken);
        Assert.Equal("0-1g.10gb-2", Assert.Single(view.Failures).Key.Id);
        Assert.Equal(["0-1g.10gb-0 Used", "0-1g.10gb-2 Failed"], Shown(view));
    }

    [Fact]
    public async Task A_device_that_cannot_be_deleted_is_told_with_the_reason_and_tried_again_though_nothing_has_changed()
    {
        await HasAsync("1g.10gb@0", "");
        driver.Before = _ => throw new GpuDriverException("NVML_ERROR_UNKNOWN");
        var view = await RoundAsync("", "");
        Assert.Equal("NVML_ERROR_UNKNOWN", StatusComposer.Compose(view).Gpus[0].Slices[0].Message);

        driver.Before = _ => Task.CompletedTask;
        clock.Advance((reconciler!.NextRetry!.Value - clock.GetUtcNow()).TotalSeconds);
        await AgainAsync();

        Assert.Equal(["destroy 0-1g.10gb-0"], Taken);
    }

    [Fact]
    public async Task A_specification_is_carried_out_once_however_often_it_comes()
    {
        await RoundAsync("1g.10gb@0 1g.10gb@1", "");
        Assert.Equal(2, Taken.Count);

        await RoundAsync("1g.10gb@0 1g.10gb@1", "");
        await AgainAsync();

        Assert.Equal(2, Taken.Count);
    }

    [Fact]
    public async Task Where_all_that_should_go_is_used_no_call_is_made()
    {
        await HasAsync("1g.10gb@0! 2g.20gb@2!", "");
        var calls = new List<string>();
        driver.Before = step =>
        {
            calls.Add(step);
            return Task.CompletedTask;
        };

        await RoundAsync("", "");

        Assert.Empty(calls);
    }

    [Fact]
    public async Task A_free_device_does_not_go_for_one_that_cannot_be_made()
    {
        await HasAsync("3g.40gb@4!", "1g.10gb@6");
        driver.Before = step => step.StartsWith("create", StringComparison.Ordinal) ? throw new GpuDriverException("NVML_ERROR_INSUFFICIENT_RESOURCES") : Task.CompletedTask;

        var view = await RoundAsync("7g.80gb@0", "1g.10gb@6 1g.10gb@0");

        Assert.Equal(["0-3g.40gb-4 Used", "0-7g.80gb-0 Failed", "1-1g.10gb-0 Failed", "1-1g.10gb-6 Free"], Shown(view).Order(StringComparer.Ordinal));
        Assert.Empty(Taken);
    }

    [Fact]
    public async Task The_generation_that_is_told_does_not_mean_that_its_slices_are_there()
    {
        driver.Before = _ => throw new GpuDriverException("no");

        var report = StatusComposer.Compose(await RoundAsync("1g.10gb@0", ""));

        Assert.Equal(order.Generation, report.ObservedGeneration);
        Assert.Equal((SliceStates.Failed, null), (report.Gpus[0].Slices[0].State, report.Gpus[0].Slices[0].Advertised));
    }

    /// <summary>Slices of both modes, and whole GPUs, of which nothing is told.</summary>
    [Fact]
    public async Task A_report_tells_each_device_once_by_GPU_and_use()
    {
        await HasAsync("1g.10gb@0", "2g.20gb@0!");
        Assert.Equal(["0-1g.10gb-0 Free", "1-2g.20gb-0 Used"], Shown(await RoundAsync("1g.10gb@0", "2g.20gb@0")));

        var (shares, a10) = (new ScriptedDriver(Draw.A10, 3), Draw.A10);
        foreach (var (gpu, share) in new[] { (0, "20gb#1"), (1, "10gb#1"), (1, "10gb#2") })
        {
            shares.Machine.Create(Slices.Place(a10, share, gpu));
        }

        uses[Slices.Place(a10, "10gb#2", 1)] = new SliceUse("team/p/main", "uid-p");
        order = new NodeOrder(1, Slices.Spec("20gb#1", "10gb#1 10gb#2", "") with { Mode = "MPS" }, PartitioningMode.Mps, null);

        var view = await Reconciler(shares).RoundAsync(_ => ValueTask.CompletedTask, default);

        Assert.Equal(["0-20gb-1 Free", "1-10gb-1 Free", "1-10gb-2 Used"], Shown(view));
        Assert.Empty(Shown(await Empty()));
    }

    private static IEnumerable<string> Shown(NodeView view) => StatusComposer.Compose(view).Gpus.SelectMany(gpu => gpu.Slices).Select(slice => $"{slice.Id} {slice.State}");

    private async Task<NodeView> Empty()
    {
        uses.Clear();
        order = new NodeOrder(1, Slices.Spec("", ""), PartitioningMode.Mig, null);
        return await Reconciler(new ScriptedDriver(Draw.A100, 2)).RoundAsync(_ => ValueTask.CompletedTask, default);
    }

    /// <summary>The agent has made these slices, as an earlier specification listed them; nobody counts that.</summary>
    private async Task HasAsync(string first, string second)
    {
        await RoundAsync(first.Replace("!", ""), second.Replace("!", ""));
        made = driver.Taken.Count;
        foreach (var (text, gpu) in new[] { (first, 0), (second, 1) })
        {
            foreach (var used in Slices.Words(text).Where(word => word.EndsWith('!')))
            {
                uses[Slices.Place(Draw.A100, used[..^1], gpu)] = new SliceUse("team/p/main", "uid-p");
            }
        }
    }

    private Task<NodeView> RoundAsync(string first, string second)
    {
        order = order with { Generation = order.Generation + 1, Spec = first == Absent ? new GpuNodeSpec() : Slices.Spec(first, second) };
        return AgainAsync();
    }

    private Task<NodeView> AgainAsync() => (reconciler ??= Reconciler(driver)).RoundAsync(_ => ValueTask.CompletedTask, default);

    private NodeReconciler Reconciler(IGpuDriver cut) => new("node-1", cut, () => order, () => uses, clock, new AgentMetrics(null), NullLogger.Instance);
}
