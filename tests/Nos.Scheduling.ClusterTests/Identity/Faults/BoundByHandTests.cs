using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity.Faults;

/// <summary>Pods that name their node themselves, past every scheduler, and say of themselves what they like.</summary>
[Collection(IdentityCollection.Name)]
public sealed class BoundByHandTests(IdentityPlane plane)
{
    private const string ThreeG = "nvidia.com/mig-3g.40gb";
    private const string TenGB = "nvidia.com/gpu-10gb";

    [Theory]
    [InlineData("mig", ThreeG, null, "NoOpenPlacement", "0/3g.40gb@0", "0/3g.40gb@4")]
    [InlineData("mig", ThreeG, "main=0/7g.80gb@0", "NoOpenPlacement", "0/3g.40gb@0", "0/3g.40gb@4")]
    [InlineData("mig", ThreeG, "main=0/3g.40gb@4", "NoOpenPlacement", "0/3g.40gb@4", "0/3g.40gb@0")]
    [InlineData("mps", TenGB, null, "NotEnoughGpuMemory", "0/10gb#1", "0/10gb#2")]
    [InlineData("mps", TenGB, "main=0/10gb#1,main=0/10gb#2,other=1/10gb#1", "NotEnoughGpuMemory", "0/10gb#1", "0/10gb#2")]
    public async Task A_pod_bound_by_hand_counts_at_once_has_what_the_agent_reports_and_frees_that(
        string mode, string resource, string? forged, string refusal, string its, string others)
    {
        await plane.Fault("none", null);
        await using var scope = await plane.Nos.Plane.Scope("by-hand");
        var node = await plane.AddNode(scope, "n", mode, mode == "mig" ? IdentityPlane.A100 : "NVIDIA-A10", mode == "mig" ? 81920 : 23028);
        await plane.MakeFree(scope, node, resource, 2);
        var settings = new CheckerSettings { BoundByHand = new HashSet<string> { $"{scope.Namespace}/hand" } };
        await InvariantWatch.During(plane.Admin, () => CountAndFree(scope, node, resource, forged, refusal, its, others), settings);
        await Invariants.Settled(plane.Admin, settings, evidence: plane.Nos.Evidence);
    }

    [Theory]
    [InlineData("main=0/3g.40gb@0")]
    [InlineData("nonsense")]
    public async Task A_forged_promise_is_taken_off_a_pod_that_has_no_slices(string forged)
    {
        await using var scope = await plane.Nos.Plane.Scope("no-slices");
        var node = await plane.AddNode(scope, "n");
        await WithoutWebhook(() => scope.Add(IdentityPlane.Pod("on-ours").Annotated("nos.nebuly.com/slices", forged).BoundTo(node)));
        await WithoutWebhook(() => scope.Add(IdentityPlane.Pod("elsewhere").Annotated("nos.nebuly.com/slices", forged).BoundTo("no-such-node")));

        await plane.Promised(scope, "on-ours", null);
        await plane.Promised(scope, "elsewhere", null);

        Assert.Empty(await plane.Extender.Bind(await scope.Add(IdentityPlane.Pod("p").Asking(ThreeG, 1)), node));
    }

    private async Task CountAndFree(TestScope scope, string node, string resource, string? forged, string refusal, string its, string others)
    {
        var both = Asking("both", resource, 2).ToJson();
        Assert.Null(await plane.Extender.WhyNot(both, node));
        JsonObject third;

        // While the agent sleeps nothing is reported: the pod counts by what it asks for.
        plane.Nos.Agent.Pause();
        try
        {
            var hand = Asking("hand", resource, 1).BoundTo(node);
            await WithoutWebhook(() => scope.Add(forged is null ? hand : hand.Annotated("nos.nebuly.com/slices", forged)));
            await Polling.Until("the pod bound by hand counts", () => plane.Extender.WhyNot(both, node), reason => reason == refusal, evidence: plane.Nos.Evidence);
            Assert.Empty(await plane.Extender.Bind(await scope.Add(Asking("second", resource, 1)), node));
            await plane.Promised(scope, "second", $"main={others}");
            third = await scope.Add(Asking("third", resource, 1));
            Assert.Equal(refusal, await plane.Extender.Bind(third, node));
        }
        finally
        {
            plane.Nos.Agent.Resume();
        }

        await plane.Reported(scope, node, Id(its), "hand");
        await plane.Promised(scope, "hand", $"main={its}");
        await plane.Promised(scope, "second", $"main={others}");
        Assert.Equal(refusal, await plane.Extender.Bind(third, node));

        await scope.Remove("hand");

        await plane.BindEventually(third, node);
        await plane.Reported(scope, node, Id(its), "third");
        await plane.Reported(scope, node, Id(others), "second");
        await plane.Promised(scope, "third", $"main={its}");
    }

    /// <summary>One uid for all: shares of one GPU serve one uid at a time, and what the webhook sets is not set while it is down.</summary>
    private static TestPod Asking(string name, string resource, int count) =>
        IdentityPlane.Pod(name).Asking(resource, count).Spec("securityContext", new JsonObject { ["runAsUser"] = 1000 });

    private static string Id(string slice) => slice.Replace('/', '-').Replace('@', '-').Replace('#', '-');

    private async Task WithoutWebhook(Func<Task> act)
    {
        plane.Nos.Webhook.Refuse();
        try
        {
            await act();
        }
        finally
        {
            plane.Nos.Webhook.Accept();
        }
    }
}
