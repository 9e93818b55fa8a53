using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Leading.Faults;

/// <summary>The leader is killed, stopped, told to stop, in the midst of work; the other goes on, and nothing is doubled or lost.</summary>
public sealed class HandOverTests(TwoServers servers, ITestOutputHelper output) : IClassFixture<TwoServers>
{
    private const string A100 = "NVIDIA-A100-SXM4-80GB";
    private const string OneG = "nvidia.com/mig-1g.10gb";

    /// <summary>What users are promised from the loss of a leader to the next pod bound.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(30);

    private readonly NosPlane nos = servers.Nos;

    [Fact]
    public async Task When_the_leader_is_killed_the_other_binds_within_30_seconds() => await InvariantWatch.During(servers.Admin, async () =>
    {
        await using var scope = await Scope("killed", gpus: 4);
        var (leader, standby) = await servers.Both();
        Assert.Contains("nos_leader 1", (await leader.Ask("/metrics")).Text);
        Assert.Contains("nos_leader 0", (await standby.Ask("/metrics")).Text);
        Assert.Equal((false, "not the leader\n"), await standby.Ask("/readyz?leader"));
        Assert.True((await standby.Ask("/readyz")).IsOk);
        for (var index = 0; index < 12; index++)
        {
            await scope.Add(Pod($"before-{index}"));
        }

        await scope.BoundPod("before-0");

        await leader.Process.Kill();
        var killed = TimeProvider.System.GetTimestamp();
        await scope.Add(Pod("after"));

        await scope.BoundPod("after", within: Promised);
        output.WriteLine($"bound {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after the leader was killed");
        for (var index = 0; index < 12; index++)
        {
            await scope.BoundPod($"before-{index}");
        }

        Assert.Equal(standby, (await servers.Leader()).Leader);
        Assert.Equal([standby.Pod], (await servers.Admin.EventuallyList(LabelledPods, "only the new leader's pod has the label", pods => pods.Count == 1)).Select(pod => pod.Name()));
        await Invariants.Settled(servers.Admin, evidence: nos.Evidence);
        await servers.NobodySawTwoLeaders();
    });

    [Fact]
    public async Task When_the_leader_hangs_the_other_binds_and_the_old_one_writes_nothing_when_it_wakes_up() => await InvariantWatch.During(servers.Admin, async () =>
    {
        await using var scope = await Scope("stopped", gpus: 2);
        var (leader, standby) = await servers.Both();
        var holder = await servers.Holder();
        var node = scope.NodeName("n");
        await scope.Add(Pod("warm"));
        await scope.BoundPod("warm");

        // Work in hand: a bind that waits for its cut, and calls that are in its sockets when it wakes up.
        using var callers = await Callers.Open(nos.Plane, leader.ExtenderPort, 8);
        nos.Agent.Pause();
        await scope.Add(Pod("in-hand", "nvidia.com/mig-3g.40gb"));
        await servers.Admin.Eventually(NosPlane.GpuNode(node), "a slice is to be cut for the pod in hand", gpuNode => gpuNode["spec"]!.ToJsonString().Contains("3g.40gb", StringComparison.Ordinal));
        leader.Process.Pause();
        nos.Agent.Resume();
        var stopped = TimeProvider.System.GetTimestamp();
        var bare = new List<JsonObject>();
        for (var index = 0; index < callers.Count; index++)
        {
            bare.Add(await scope.Add(TestPod.Named($"bare-{index}").By("nobody")));
        }

        var calls = callers.BindAll(bare, node);
        await scope.Add(Pod("after"));

        await scope.BoundPod("after", within: Promised);
        output.WriteLine($"bound {TimeProvider.System.GetElapsedTime(stopped).TotalSeconds:0.0} s after the leader was stopped");
        await scope.BoundPod("in-hand");
        Assert.True(await standby.Leads());

        leader.Process.Resume();

        Assert.All(await calls, answer => Assert.Equal("not the leader", answer));
        await Polling.Until("the old leader knows that it leads no more", async () => (await leader.Ask("/readyz?leader")).Text == "not the leader\n", evidence: () => leader.Process.Tail());
        await Polling.Until("its pod has no label", async () => (await servers.Admin.Get(ApiPaths.Pod("nos-system", leader.Pod))).Label("nos.nebuly.com/role") is null);
        await Invariants.Settled(servers.Admin, evidence: nos.Evidence);
        Assert.All(bare, pod => Assert.Null(servers.Admin.Get(ApiPaths.Pod(scope.Namespace, pod.Name())).GetAwaiter().GetResult().Text("spec", "nodeName")));
        AssertSilentAfterItsLease(holder, leader);
        await servers.NobodySawTwoLeaders();
        Assert.Contains("nos_leader 0", (await leader.Ask("/metrics")).Text);

        // It may lead again.
        await standby.Process.Kill();
        var killed = TimeProvider.System.GetTimestamp();
        nos.Webhook.Retarget(leader.AdmissionPort);
        await scope.Add(Pod("again"));
        await scope.BoundPod("again", within: Promised);
        output.WriteLine($"the one that had been stopped binds {TimeProvider.System.GetElapsedTime(killed).TotalSeconds:0.0} s after the other was killed");
    });

    [Fact]
    public async Task When_the_leader_is_told_to_stop_it_finishes_what_it_has_in_hand_and_the_other_leads_at_once() => await InvariantWatch.During(servers.Admin, async () =>
    {
        await using var scope = await Scope("told", gpus: 1);
        var (leader, standby) = await servers.Both();
        var began = DateTimeOffset.UtcNow;
        var (holder, node) = (await servers.Holder(), scope.NodeName("n"));
        nos.Agent.Pause();
        await scope.Add(Pod("in-hand", "nvidia.com/mig-3g.40gb"));
        await servers.Admin.Eventually(NosPlane.GpuNode(node), "a slice is to be cut for the pod in hand", gpuNode => gpuNode["spec"]!.ToJsonString().Contains("3g.40gb", StringComparison.Ordinal));

        var ending = leader.Process.Terminate();
        await Polling.Until("it takes no more", async () => await leader.Ask("/readyz?leader") is (false, _));
        Assert.False(ending.IsCompleted, "it ended with a bind in hand");
        Assert.Equal(holder, await servers.Holder());
        nos.Agent.Resume();

        Assert.Equal(0, await ending);
        Assert.Equal(node, (await scope.BoundPod("in-hand")).Text("spec", "nodeName"));
        var wrote = servers.Audit.Of(holder);
        output.WriteLine($"the last writes of the old leader: {string.Join("; ", wrote.TakeLast(8))}");
        Assert.Contains(wrote, write => write is { Resource: "pods/binding", Status: 201 } && write.Name == $"{scope.Namespace}/in-hand");
        await Polling.Until("the other leads", standby.Leads, evidence: () => standby.Process.Tail());

        // Released, not run out: others need not wait for ten seconds.
        var released = wrote.Last(write => write is { IsLease: true, Status: 200 });
        var taken = servers.Audit.Of(await servers.Holder()).First(write => write is { IsLease: true, Status: 200 } && write.At >= began);
        output.WriteLine($"the lease was taken {(taken.At - released.At).TotalMilliseconds:0} ms after it was released");
        Assert.True(taken.At > released.At && taken.At - released.At < TimeSpan.FromSeconds(8), $"released {released}, taken {taken}");
        Assert.DoesNotContain(wrote, write => write.At > released.At && write is not { Resource: "pods", Verb: "patch" });

        await scope.Add(Pod("after"));
        await scope.BoundPod("after", within: Promised);
        await servers.NobodySawTwoLeaders();
    });

    /// <summary>Its last renewal that was granted was sent before it arrived; ten seconds later at the latest its Lease had run out.</summary>
    private void AssertSilentAfterItsLease(string holder, ServerReplica leader)
    {
        var wrote = servers.Audit.Of(holder);
        var renewed = wrote.Last(write => write is { IsLease: true, Status: 200 }).At;
        var late = wrote.Where(write => write.At > renewed + TimeSpan.FromSeconds(10)).ToList();
        output.WriteLine($"{wrote.Count} writes of the old leader, the last renewal at {renewed:O}; after its lease: {string.Join("; ", late)}");
        Assert.True(wrote.Count(write => !write.IsLease) > 3, "the audit log shows that it wrote while it led");
        Assert.All(late, write => Assert.Equal(("patch", "pods", $"nos-system/{leader.Pod}"), (write.Verb, write.Resource, write.Name)));
    }

    private const string LabelledPods = "/api/v1/namespaces/nos-system/pods?labelSelector=nos.nebuly.com%2Frole%3Dleader";

    private static TestPod Pod(string name) => Pod(name, OneG);

    private static TestPod Pod(string name, string resource) => TestPod.Named(name).By(NosPlane.SchedulerName).Asking(resource, 1);

    private async Task<TestScope> Scope(string theme, int gpus)
    {
        var scope = await nos.Plane.Scope(theme);
        await scope.Add(NosPlane.Node(scope.NodeName("n"), "mig", A100, gpus, 81920));
        await servers.Both();
        await nos.Partitionable(scope.NodeName("n"));
        return scope;
    }
}
