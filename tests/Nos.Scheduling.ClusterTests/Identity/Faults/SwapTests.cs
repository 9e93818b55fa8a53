using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Identity.Faults;

/// <summary>kubelet gives a pod another slice than the promised one of the same resource, as it may.</summary>
[Collection(IdentityCollection.Name)]
public sealed class SwapTests(IdentityPlane plane)
{
    [Theory]
    [InlineData("mig", "nvidia.com/mig-3g.40gb", "NoOpenPlacement", "0/3g.40gb@0", "0/3g.40gb@4")]
    [InlineData("mps", "nvidia.com/gpu-10gb", "NotEnoughGpuMemory", "0/10gb#1", "0/10gb#2")]
    public async Task The_promise_follows_and_each_pod_frees_what_it_had(string mode, string resource, string refusal, string low, string high)
    {
        await plane.Fault("none", null);
        await using var scope = await plane.Nos.Plane.Scope("swap");
        var node = await plane.AddNode(scope, "n", mode, mode == "mig" ? IdentityPlane.A100 : "NVIDIA-A10", mode == "mig" ? 81920 : 23028);
        await plane.MakeFree(scope, node, resource, 2);
        await plane.Fault(node, "allocate: swap");
        var settings = new CheckerSettings { KubeletSwaps = true };

        await InvariantWatch.During(plane.Admin, () => Swap(scope, node, resource, refusal, [low, high]), settings);

        // At rest promises are the truth again, so they are judged as if nobody had swapped.
        await Invariants.Settled(plane.Admin, evidence: plane.Nos.Evidence);
    }

    private async Task Swap(TestScope scope, string node, string resource, string refusal, string[] slices)
    {
        string promised;
        plane.Nos.Agent.Pause();
        try
        {
            // The slices are there: nothing of the agent is needed to promise one, and what it will report is still to come.
            Assert.Empty(await plane.Extender.Bind(await scope.Add(IdentityPlane.Pod("a").Asking(resource, 1)), node));
            var promise = (await scope.Pod("a")).Annotation("nos.nebuly.com/slices");
            promised = Assert.Single(slices, slice => promise == $"main={slice}");
        }
        finally
        {
            plane.Nos.Agent.Resume();
        }

        var given = Assert.Single(slices, slice => slice != promised);
        await plane.Reported(scope, node, Id(given), "a");
        await plane.Promised(scope, "a", $"main={given}");

        await plane.BindEventually(await scope.Add(IdentityPlane.Pod("b").Asking(resource, 1)), node);
        await plane.Promised(scope, "b", $"main={promised}");
        var third = await scope.Add(IdentityPlane.Pod("c").Asking(resource, 1));
        Assert.Equal(refusal, await plane.Extender.Bind(third, node));

        await scope.Remove("a");
        await plane.Reported(scope, node, Id(given), null);
        await plane.BindEventually(third, node);
        await plane.Promised(scope, "c", $"main={given}");
        await plane.Reported(scope, node, Id(promised), "b");

        // Both ends at once, and two pods at once, of which each may get what the other was promised.
        await scope.Remove("b");
        await scope.Remove("c");
        await plane.Reported(scope, node, Id(given), null);
        await plane.Reported(scope, node, Id(promised), null);
        foreach (var name in (string[])["d", "e"])
        {
            await scope.Add(IdentityPlane.Pod(name).Asking(resource, 1));
        }

        await Task.WhenAll(plane.BindEventually(await scope.Pod("d"), node), plane.BindEventually(await scope.Pod("e"), node));
        await plane.Admin.EventuallyList(ApiPaths.Pods(scope.Namespace), "are promised what they have", pods =>
            pods.Select(pod => pod.Annotation("nos.nebuly.com/slices")).Order().SequenceEqual(slices.Select(slice => $"main={slice}").Order()));
    }

    private static string Id(string slice) => slice.Replace('/', '-').Replace('@', '-').Replace('#', '-');
}
