using System.Globalization;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Faults;

/// <summary>
/// The owners that a spec names outlive the server that wrote them. Here no scheduler asks, but the test: its pods go by the name of one that is not there.
/// </summary>
public sealed class ReservationTests(ReservationPlane fixture) : IClassFixture<ReservationPlane>
{
    private static readonly CheckerSettings _settings = new() { ReservationTtl = ReservationPlane.Ttl };

    private readonly NosPlane nos = fixture.Nos;

    [Fact]
    public Task What_is_kept_for_a_waiting_pod_is_kept_by_the_next_server_and_given_away_when_its_time_is_up() => InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var scope = await nos.Plane.Scope("kept");
        using var extender = new ExtenderClient(nos);
        var (node, first, second) = (await AddNode(scope), await AddPod(scope, "first"), await AddPod(scope, "second"));
        var until = await KeepWithoutBinding(extender, first, node);

        await nos.RestartServer();
        var refusals = 0;
        await Polling.Until(
            "the second pod is bound",
            async () =>
            {
                var error = await extender.Bind(second, node);
                if (error.Length == 0)
                {
                    return true;
                }

                Assert.Contains("NoOpenPlacement", error, StringComparison.Ordinal);
                refusals += TimeProvider.System.GetUtcNow() < until ? 1 : 0;
                await Task.Delay(300);
                return false;
            },
            within: ReservationPlane.Ttl + Polling.Patience,
            evidence: nos.Evidence);

        Assert.True(TimeProvider.System.GetUtcNow() >= until, "The second pod was bound to what is kept for the first.");
        Assert.True(refusals > 0, "The next server came only after the time was up: nothing was seen.");
        Assert.Null((await scope.Pod("first")).Text("spec", "nodeName"));
    }, _settings);

    [Fact]
    public Task What_is_kept_for_a_pod_that_vanished_while_no_server_was_there_is_free_at_once() => InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var scope = await nos.Plane.Scope("vanished");
        using var extender = new ExtenderClient(nos);
        var (node, first, second) = (await AddNode(scope), await AddPod(scope, "first"), await AddPod(scope, "second"));
        var until = await KeepWithoutBinding(extender, first, node);

        await nos.Server.Kill();
        await scope.Remove("first");
        await nos.StartServer();

        await Polling.Until("the second pod is bound", async () => await extender.Bind(second, node), error => error.Length == 0, evidence: nos.Evidence);
        Assert.True(TimeProvider.System.GetUtcNow() < until, "The second pod was bound only when the reservation had run out.");
    }, _settings);

    [Fact]
    public Task A_pod_whose_bind_died_with_its_server_is_sent_back_to_what_was_cut_for_it() => InvariantWatch.During(nos.Plane.Admin, async () =>
    {
        await using var scope = await nos.Plane.Scope("sent-back");
        using var extender = new ExtenderClient(nos);
        var (node, first, second) = (await AddNode(scope), await AddPod(scope, "first"), await AddPod(scope, "second"));
        await KeepWithoutBinding(extender, first, node);

        await nos.RestartServer();

        Assert.Equal((null, "NoOpenPlacement"), (await extender.WhyNot(first, node), await extender.WhyNot(second, node)));
        await Polling.Until("the first pod is bound", async () => await extender.Bind(first, node), error => error.Length == 0, evidence: nos.Evidence);
        Assert.Contains("NoOpenPlacement", await extender.Bind(second, node), StringComparison.Ordinal);
    }, _settings);

    /// <summary>The agent stands still, so that the cut takes longer than the bind; then it goes on.</summary>
    /// <returns>Until when the spec says that the slice is kept.</returns>
    private async Task<DateTimeOffset> KeepWithoutBinding(ExtenderClient extender, JsonObject pod, string node)
    {
        nos.Agent.Pause();
        try
        {
            Assert.Contains("the place is kept", await extender.Bind(pod, node), StringComparison.Ordinal);
        }
        finally
        {
            nos.Agent.Resume();
        }

        var kept = (await nos.Plane.Admin.Get(ApiPaths.GpuNode(node))).At("spec", "gpus", "0", "slices", "0", "for");
        Assert.Equal(pod.Text("metadata", "uid"), kept.Text("uid"));
        return DateTimeOffset.Parse(kept.Text("until")!, CultureInfo.InvariantCulture);
    }

    private async Task<string> AddNode(TestScope scope)
    {
        var node = scope.NodeName("n");
        await scope.Add(NosPlane.Node(node, "mig", "NVIDIA-A100-SXM4-80GB", 1, 81920));
        await nos.Partitionable(node);
        return node;
    }

    /// <summary>One that takes the whole GPU.</summary>
    private static Task<JsonObject> AddPod(TestScope scope, string name) => scope.Add(TestPod.Named(name).Asking("nvidia.com/mig-7g.80gb", 1).By("nobody"));
}
