using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Reconciling;

public sealed class NodeReconcilerTests
{
    private readonly ManualClock clock = new();
    private readonly Dictionary<SlicePlace, SliceUse> uses = [];
    private readonly List<NodeView> underWay = [];
    private ScriptedDriver driver = new(Draw.A100);
    private NodeOrder order = new(1, new GpuNodeSpec(), PartitioningMode.Mig, null);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Converges_after_the_driver_refuses_at_any_step(int stepsBeforeRefusal)
    {
        await RoundAsync("2g.20gb@0 1g.10gb@2 3g.40gb@4");
        var reconciler = Reconciler();
        var steps = 0;
        driver.Before = _ => steps++ == stepsBeforeRefusal ? throw new GpuDriverException("NVML_ERROR_IN_USE") : Task.CompletedTask;

        var view = await RoundAsync("4g.40gb@0 1g.10gb@6", reconciler);
        Assert.NotEmpty(view.Failures);
        for (var round = 0; round < 3 && view.Failures.Count > 0; round++)
        {
            clock.Advance(10);
            view = await RoundAsync("4g.40gb@0 1g.10gb@6", reconciler);
        }

        Assert.Empty(view.Failures);
        Assert.Equal("####..#.", driver.Drawing());
    }

    [Fact]
    public async Task A_refused_slice_rests_twice_as_long_each_time_and_then_a_minute()
    {
        driver.Before = _ => throw new GpuDriverException("no");
        var reconciler = Reconciler();
        var pauses = new List<double>();
        for (var round = 0; round < 9; round++)
        {
            await RoundAsync("1g.10gb@0", reconciler);
            pauses.Add((reconciler.NextRetry!.Value - clock.GetUtcNow()).TotalSeconds);
            clock.Advance(pauses[^1]);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60, 60], pauses);
    }

    [Fact]
    public async Task A_resting_slice_is_not_tried_and_the_others_are()
    {
        driver.Before = step => step == "create 0-1g.10gb-0" ? throw new GpuDriverException("no") : Task.CompletedTask;
        var reconciler = Reconciler();
        await RoundAsync("1g.10gb@0", reconciler);
        driver.Before = _ => Task.CompletedTask;

        var view = await RoundAsync("1g.10gb@0 1g.10gb@1", reconciler);

        Assert.Equal(["create 0-1g.10gb-1"], driver.Taken);
        Assert.Equal("no", Assert.Single(view.Failures).Value.Message);
    }

    [Fact]
    public async Task A_refused_slice_is_tried_at_once_for_another_pod_or_after_the_spec_had_dropped_it()
    {
        driver.Before = _ => throw new GpuDriverException("no");
        var reconciler = Reconciler();
        await RoundAsync("1g.10gb@0", reconciler);
        driver.Before = _ => Task.CompletedTask;

        var forAnother = Slices.Entry("1g.10gb@0") with { For = new SliceOwner { Uid = "another" } };
        await RoundAsync(new GpuSpec { Slices = [forAnother] }, reconciler);
        Assert.Equal("#.......", driver.Drawing());

        driver.Before = _ => throw new GpuDriverException("no");
        await RoundAsync("1g.10gb@0 1g.10gb@1", reconciler);
        await RoundAsync("1g.10gb@0", reconciler);
        driver.Before = _ => Task.CompletedTask;
        await RoundAsync("1g.10gb@0 1g.10gb@1", reconciler);
        Assert.Equal("##......", driver.Drawing());
    }

    [Fact]
    public async Task Waits_for_the_pod_that_holds_what_is_in_the_way_and_names_it()
    {
        await RoundAsync("2g.20gb@0");
        var held = Slices.Place(Draw.A100, "2g.20gb@0");
        uses[held] = new SliceUse("team-a/train-0/main", "u1");
        var reconciler = Reconciler();

        var view = await RoundAsync("4g.40gb@0", reconciler);
        Assert.Equal("##......", driver.Drawing());
        Assert.Equal(
            "0-4g.40gb-0 overlaps 0-2g.20gb-0. 0-2g.20gb-0 is in use by team-a/train-0/main.", Assert.Single(view.Refused).Message);

        uses.Clear();
        view = await RoundAsync("4g.40gb@0", reconciler);
        Assert.Equal("####....", driver.Drawing());
        Assert.Empty(view.Refused);
    }

    [Fact]
    public async Task A_slice_that_a_pod_took_at_the_last_moment_is_not_destroyed()
    {
        await RoundAsync("1g.10gb@0");
        var pod = new BoundPod("u1", "team-a/late", "node-1", clock.GetUtcNow(), [new PodNeed(SpecEntry.Plain(Slices.Shape(Draw.A100, "1g.10gb@0")), ["main"])], []);
        driver.Before = _ =>
        {
            driver.Machine.Admit([pod], swaps: false);
            return Task.CompletedTask;
        };

        var view = await RoundAsync("");

        Assert.Equal("#.......", driver.Drawing());
        Assert.Equal("0-1g.10gb-0 is in use by team-a/late/main.", Assert.Single(view.Failures).Value.Message);
    }

    [Fact]
    public async Task What_was_there_before_the_first_spec_stays_until_its_room_is_needed()
    {
        driver.Machine.Create(Slices.Place(Draw.A100, "2g.20gb@4"));
        var reconciler = Reconciler();

        await RoundAsync("1g.10gb@0", reconciler);
        Assert.Equal("#...##..", driver.Drawing());

        await RoundAsync("1g.10gb@0 1g.10gb@5", reconciler);
        Assert.Equal("#....#..", driver.Drawing());
    }

    [Fact]
    public async Task What_a_spec_has_listed_goes_when_the_spec_drops_it()
    {
        driver.Machine.Create(Slices.Place(Draw.A100, "2g.20gb@4"));
        var reconciler = Reconciler();

        await RoundAsync("1g.10gb@0 2g.20gb@4", reconciler);
        await RoundAsync("1g.10gb@0", reconciler);

        Assert.Equal("#.......", driver.Drawing());
    }

    [Fact]
    public async Task Without_GPUs_in_the_spec_or_with_trouble_nothing_is_touched()
    {
        driver.Machine.Create(Slices.Place(Draw.A100, "2g.20gb@4"));
        var reconciler = Reconciler();

        await reconciler.RoundAsync(See, CancellationToken.None);
        order = order with { Spec = Slices.Spec(""), Trouble = new NodeTrouble("GpuCountInvalid", "banana") };
        await reconciler.RoundAsync(See, CancellationToken.None);
        order = order with { Spec = null, Mode = null, Trouble = null };
        await reconciler.RoundAsync(See, CancellationToken.None);

        Assert.Empty(driver.Taken);
    }

    [Fact]
    public async Task A_GPU_that_the_spec_does_not_list_is_left_alone()
    {
        driver = new ScriptedDriver(Draw.A100, 2);
        driver.Machine.Create(Slices.Place(Draw.A100, "2g.20gb@4", gpu: 1));

        await RoundAsync("1g.10gb@0");

        Assert.Equal(("#.......", "....##.."), (driver.Drawing(0), driver.Drawing(1)));
    }

    [Fact]
    public async Task When_the_label_goes_what_the_spec_drops_goes_and_used_ones_stay()
    {
        var reconciler = Reconciler();
        await RoundAsync("1g.10gb@0 2g.20gb@4 1g.10gb@6", reconciler);
        uses[Slices.Place(Draw.A100, "2g.20gb@4")] = new SliceUse("a/b/c", "u1");

        order = order with { Mode = null, UnlabelledSince = clock.GetUtcNow() };
        await RoundAsync("1g.10gb@0 1g.10gb@1 2g.20gb@4", reconciler);
        Assert.Equal("#...##..", driver.Drawing());

        var view = await RoundAsync("", reconciler);
        Assert.Equal("....##..", driver.Drawing());
        Assert.EndsWith("1 slice in use stay until their pods end: 0-2g.20gb-4 (a/b/c).", Nos.Scheduling.Agent.Reporting.NodeConditions.Partitioned(view).Message);

        uses.Clear();
        view = await RoundAsync("", reconciler);
        Assert.Equal("........", driver.Drawing());
        Assert.EndsWith("is gone; no slice is in use.", Nos.Scheduling.Agent.Reporting.NodeConditions.Partitioned(view).Message);
    }

    [Fact]
    public async Task When_the_label_goes_and_no_server_says_more_free_slices_go_after_two_minutes()
    {
        var reconciler = Reconciler();
        await RoundAsync("1g.10gb@0 2g.20gb@4", reconciler);
        uses[Slices.Place(Draw.A100, "2g.20gb@4")] = new SliceUse("a/b/c", "u1");
        order = order with { Mode = null, UnlabelledSince = clock.GetUtcNow() };

        clock.Advance(119);
        await reconciler.RoundAsync(See, CancellationToken.None);
        Assert.Equal("#...##..", driver.Drawing());

        clock.Advance(1);
        await reconciler.RoundAsync(See, CancellationToken.None);
        Assert.Equal("....##..", driver.Drawing());
    }

    [Fact]
    public async Task When_the_label_goes_before_any_spec_nothing_is_touched()
    {
        driver.Machine.Create(Slices.Place(Draw.A100, "2g.20gb@4"));
        var reconciler = Reconciler();

        order = order with { Mode = null };
        await reconciler.RoundAsync(See, CancellationToken.None);

        Assert.Equal("....##..", driver.Drawing());
    }

    [Fact]
    public async Task While_the_label_says_another_mode_the_spec_is_followed_as_far_as_it_is_there_and_nothing_is_made()
    {
        var reconciler = Reconciler();
        await RoundAsync("1g.10gb@0 2g.20gb@2 2g.20gb@4", reconciler);
        uses[Slices.Place(Draw.A100, "2g.20gb@4")] = new SliceUse("a/b/c", "u1");

        order = order with { Mode = PartitioningMode.Mps };
        await RoundAsync(Slices.Spec("1g.10gb@0 1g.10gb@1 2g.20gb@2") with { Mode = "MIG" }, reconciler);
        Assert.Equal("#.####..", driver.Drawing());

        // A mode that a hand has written over slices of the other kind takes none of them.
        order = order with { Mode = PartitioningMode.Mig };
        await RoundAsync(Slices.Spec("1g.10gb@0 2g.20gb@2") with { Mode = "MPS" }, reconciler);
        Assert.Equal("#.####..", driver.Drawing());
        order = order with { Mode = PartitioningMode.Mps };

        var view = await RoundAsync(Slices.Spec("") with { Mode = "MIG" }, reconciler);
        Assert.Equal("....##..", driver.Drawing());
        var condition = Nos.Scheduling.Agent.Reporting.NodeConditions.Partitioned(view);
        Assert.Equal("ModeChanging", condition.Reason);
        Assert.Contains("0-2g.20gb-4 (a/b/c)", condition.Message);
    }

    [Fact]
    public async Task GPUs_are_worked_on_side_by_side_and_each_in_order()
    {
        driver = new ScriptedDriver(Draw.A100, 2);
        var both = new TaskCompletionSource();
        var entered = 0;
        driver.Before = step =>
        {
            // Neither GPU's first step ends before the other's has begun.
            _ = Interlocked.Increment(ref entered) == 2 && both.TrySetResult();
            return both.Task;
        };

        await RoundAsync(Slices.Spec("1g.10gb@0 1g.10gb@1", "1g.10gb@0 1g.10gb@1")).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(["create 0-1g.10gb-0", "create 0-1g.10gb-1"], driver.Taken.Where(step => step.StartsWith("create 0", StringComparison.Ordinal)));
        Assert.Equal(["create 1-1g.10gb-0", "create 1-1g.10gb-1"], driver.Taken.Where(step => step.StartsWith("create 1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_newer_spec_stops_the_steps_of_the_older_one()
    {
        var reconciler = Reconciler();
        driver.Before = _ =>
        {
            order = new NodeOrder(2, Slices.Spec("1g.10gb@6"), PartitioningMode.Mig, null);
            return Task.CompletedTask;
        };

        await RoundAsync("1g.10gb@0 1g.10gb@1 1g.10gb@2", reconciler);
        Assert.Equal(["create 0-1g.10gb-0"], driver.Taken);

        driver.Before = _ => Task.CompletedTask;
        await reconciler.RoundAsync(See, CancellationToken.None);
        Assert.Equal("......#.", driver.Drawing());
    }

    [Fact]
    public async Task Long_steps_are_shown_while_they_are_under_way_and_after_each()
    {
        var reconciler = Reconciler();
        var second = new TaskCompletionSource();
        var first = new TaskCompletionSource();
        driver.Before = step => step.EndsWith("-0", StringComparison.Ordinal) ? first.Task : second.Task;

        var round = RoundAsync("1g.10gb@0 1g.10gb@1", reconciler);
        clock.Advance(0.2);
        await Eventually.Async(() => underWay.Count == 1);
        first.SetResult();
        await Eventually.Async(() => underWay.Count == 2);
        second.SetResult();
        var after = await round;

        Assert.Equal([2, 1], underWay.Select(view => view.Pending.Count));
        Assert.Empty(after.Pending);
    }

    [Fact]
    public async Task Short_steps_are_shown_only_when_they_are_done()
    {
        await RoundAsync("1g.10gb@0 1g.10gb@1");

        Assert.Empty(underWay);
    }

    [Fact]
    public async Task A_driver_that_shows_nothing_is_an_error_of_the_whole_node()
    {
        driver.IsSilent = true;

        await Assert.ThrowsAsync<GpuDriverException>(() => RoundAsync("1g.10gb@0"));
    }

    private NodeReconciler Reconciler() =>
        new("node-1", driver, () => order, () => new Dictionary<SlicePlace, SliceUse>(uses), clock, new AgentMetrics(null), NullLogger.Instance);

    private Task<NodeView> RoundAsync(string slices, NodeReconciler? reconciler = null) => RoundAsync(Slices.Spec(slices), reconciler);

    private Task<NodeView> RoundAsync(GpuSpec gpu, NodeReconciler reconciler) => RoundAsync(new GpuNodeSpec { Gpus = [gpu] }, reconciler);

    private Task<NodeView> RoundAsync(GpuNodeSpec spec, NodeReconciler? reconciler = null)
    {
        order = order with { Spec = spec, Generation = order.Generation + 1 };
        return (reconciler ?? Reconciler()).RoundAsync(See, CancellationToken.None);
    }

    private ValueTask See(NodeView view)
    {
        underWay.Add(view);
        return ValueTask.CompletedTask;
    }
}
