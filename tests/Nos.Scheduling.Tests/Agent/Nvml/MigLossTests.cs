using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>What a reboot, a driver reload or a reset takes away, and who is told.</summary>
[Collection("NVML")]
public sealed class MigLossTests
{
    private const string Spec = "1g.10gb@0 1g.10gb@1 3g.40gb@4";

    private readonly ManualClock clock = new();
    private readonly Dictionary<SlicePlace, SliceUse> uses = [];
    private NodeOrder order = new(1, Slices.Spec(Spec), PartitioningMode.Mig, null);

    [Fact]
    public async Task After_a_GPU_reset_a_bound_pods_slice_is_made_anew_first_and_is_not_what_the_pod_was_started_with()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        var node = Node(driver);
        var before = (await RoundAsync(node)).Machine.Gpus[0].Slices.ToDictionary(slice => slice.Shape, slice => slice.Uuid);
        Give("3g.40gb@4", "a");
        Assert.Empty((await RoundAsync(node)).Lost);
        machine.ForgetCalls();

        NvmlDouble.Reset(0);
        var view = await RoundAsync(node);

        Assert.Equal("1g.10gb@0 1g.10gb@1 3g.40gb@4", NvmlMachine.Text(view.Machine.Gpus[0]));
        Assert.Equal(["0-3g.40gb-4"], view.Lost.Keys.Select(place => place.Id));
        var slice = StatusComposer.Compose(view).Gpus[0].Slices.Single(slice => slice.Id == "0-3g.40gb-4");
        Assert.Equal((SliceStates.Used, "uid-a", before[Place("3g.40gb@4").Shape]), (slice.State, slice.PodUid, slice.LostUuid));
        Assert.NotEqual(slice.LostUuid, slice.Uuid);
        Assert.All(StatusComposer.Compose(view).Gpus[0].Slices.Where(other => other != slice), other => Assert.Null(other.LostUuid));
    }

    [Fact]
    public async Task Slices_of_bound_pods_come_back_before_all_others()
    {
        var driver = new ScriptedDriver(Draw.A100);
        var started = new StartedSlices(() => false);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));

        await RoundAsync(Node(driver, started));

        Assert.Equal(["create 0-3g.40gb-4", "create 0-1g.10gb-0", "create 0-1g.10gb-1"], driver.Taken);
    }

    [Fact]
    public async Task Nothing_is_offered_before_they_are_back_and_then_at_once()
    {
        var driver = new ScriptedDriver(Draw.A100);
        var started = new StartedSlices(() => false);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));
        var node = Node(driver, started);
        var ready = new List<(string, bool)>();
        driver.Before = step =>
        {
            ready.Add((step, node.IsRestored));
            return Task.CompletedTask;
        };
        Assert.False(node.IsRestored);

        await RoundAsync(node);

        Assert.Equal([("create 0-3g.40gb-4", false), ("create 0-1g.10gb-0", true), ("create 0-1g.10gb-1", true)], ready);
    }

    [Fact]
    public async Task What_cannot_be_made_anew_is_not_waited_for_and_the_pod_is_told_as_its_loser()
    {
        var driver = new ScriptedDriver(Draw.A100) { Before = step => step == "create 0-3g.40gb-4" ? throw new GpuDriverException("no") : Task.CompletedTask };
        var started = new StartedSlices(() => true);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));
        var node = Node(driver, started);

        var view = await RoundAsync(node);

        Assert.True(node.IsRestored);
        var slice = StatusComposer.Compose(view).Gpus[0].Slices.Single(slice => slice.Id == "0-3g.40gb-4");
        Assert.Equal((SliceStates.Failed, "uid-a", "MIG-1"), (slice.State, slice.PodUid, slice.LostUuid));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_reboot_a_new_agent_knows_from_its_predecessors_report_what_is_gone(bool survives)
    {
        using var machine = new NvmlMachine("A100-80GB");
        GpuNodeStatus report;
        using (var driver = machine.Open())
        {
            var node = Node(driver);
            await RoundAsync(node);
            Give("3g.40gb@4", "a");
            report = StatusComposer.Compose(await RoundAsync(node));
        }

        machine.Reboot("A100-80GB");
        for (var agent = 0; agent < 3; agent++)
        {
            // A third one has only the second's report to go by.
            using var driver = machine.Open();
            var started = new StartedSlices(() => survives);
            started.Admit(["uid-a"]);
            started.Restore(report);
            var view = await RoundAsync(Node(driver, started));
            report = StatusComposer.Compose(view);

            Assert.Equal(survives ? [] : ["0-3g.40gb-4"], view.Lost.Keys.Select(place => place.Id));
        }
    }

    [Fact]
    public async Task Once_the_pod_is_gone_nothing_is_lost_any_more_and_the_slice_is_anybodys()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        var started = new StartedSlices(() => false);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));
        var node = Node(driver, started);
        Assert.Single((await RoundAsync(node)).Lost);

        started.Admit([]);

        var view = await RoundAsync(node);
        Assert.Empty(view.Lost);
        Assert.All(StatusComposer.Compose(view).Gpus[0].Slices, slice => Assert.Equal((SliceStates.Free, null), (slice.State, slice.LostUuid)));
    }

    [Fact]
    public async Task A_GPU_that_does_not_answer_has_lost_nothing_yet()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var driver = machine.Open();
        var node = Node(driver);
        await RoundAsync(node);
        Give("3g.40gb@4", "a");
        await RoundAsync(node);

        machine.Says("lost 0");

        Assert.Empty((await RoundAsync(node)).Lost);
    }

    [Fact]
    public async Task On_a_node_that_leaves_nothing_is_made_anew_and_the_loss_is_told()
    {
        order = order with { Mode = null };
        var driver = new ScriptedDriver(Draw.A100);
        var started = new StartedSlices(() => true);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));

        var view = await RoundAsync(Node(driver, started));

        Assert.Empty(driver.Taken);
        var slice = Assert.Single(StatusComposer.Compose(view).Gpus[0].Slices);
        Assert.Equal((SliceStates.Failed, "uid-a", "MIG-1", null), (slice.State, slice.PodUid, slice.LostUuid, slice.Advertised));
    }

    [Fact]
    public async Task When_all_is_gone_from_a_node_that_leaves_it_is_told_that_MIG_mode_stays_on_and_how_to_end_that()
    {
        using var machine = new NvmlMachine("A100-80GB", "off A100-80GB");
        using var driver = machine.Open();
        order = order with { Mode = null, Spec = Slices.Spec("", "") };

        var view = await RoundAsync(Node(driver));

        Assert.EndsWith("no slice is in use. MIG mode stays on; to have whole GPUs again, run nvidia-smi -i 0 -mig 0.", NodeConditions.Partitioned(view).Message);
        Assert.DoesNotContain("nvmlDeviceSetMigMode 0", machine.Calls);
    }

    [Fact]
    public async Task A_slice_that_its_pod_lost_wins_its_place_back_from_what_a_hand_wrote_there_meanwhile()
    {
        order = order with { Spec = Slices.Spec("7g.80gb@0") };
        var driver = new ScriptedDriver(Draw.A100);
        var started = new StartedSlices(() => true);
        started.Admit(["uid-a"]);
        started.Restore(Report("0-3g.40gb-4", "3g.40gb", 4, "MIG-1"));

        var view = await RoundAsync(Node(driver, started));

        Assert.Equal(["create 0-3g.40gb-4"], driver.Taken);
        Assert.Contains("overlaps 0-3g.40gb-4", Assert.Single(view.Refused).Message);
    }

    private static GpuNodeStatus Report(string id, string profile, int start, string uuid) => new()
    {
        Gpus =
        [
            new GpuStatus
            {
                Index = 0,
                Slices = [new SliceStatus { Id = id, Profile = profile, Start = start, Uuid = uuid, State = SliceStates.Used, Pod = "team/a/main", PodUid = "uid-a" }],
            },
        ],
    };

    private static SlicePlace Place(string slice) => Slices.Place(Draw.A100, slice);

    private static Task<NodeView> RoundAsync(NodeReconciler node) => node.RoundAsync(_ => ValueTask.CompletedTask, default);

    private void Give(string slice, string pod) => uses[Place(slice)] = new SliceUse($"team/{pod}/main", $"uid-{pod}");

    private NodeReconciler Node(IGpuDriver driver, StartedSlices? started = null)
    {
        if (started is null)
        {
            started = new StartedSlices(() => false);
            started.Admit(["uid-a"]);
        }

        return new NodeReconciler("node-1", driver, () => order, () => uses, clock, new AgentMetrics(null), NullLogger.Instance, started);
    }
}
