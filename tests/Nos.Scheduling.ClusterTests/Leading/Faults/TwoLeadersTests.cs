using Nos.Scheduling.ClusterTests.Checking;
using Nos.Scheduling.ClusterTests.Harness;
using Xunit.Abstractions;

namespace Nos.Scheduling.ClusterTests.Leading.Faults;

/// <summary>A misconfiguration: two servers that elect by different Leases both lead, each with a scheduler of its own.</summary>
public sealed class TwoLeadersTests(ITestOutputHelper output)
{
    private const string OneG = "nvidia.com/mig-1g.10gb";

    [Fact]
    public async Task Two_leaders_notice_each_other_and_say_so_and_promise_nothing_twice()
    {
        await using var nos = await NosPlane.Start(new NosSettings("own") { StartsServer = false, ServicePort = 1, AgentFlags = ["--simulated-latency", "100ms"] });
        var (one, other) = (nos.AddServer("one"), nos.AddServer("other"));
        await one.Start("--lease-name", "one");
        nos.Webhook.Retarget(one.AdmissionPort);
        await InvariantWatch.During(nos.Plane.Admin, async () =>
        {
            await using var scope = await nos.Plane.Scope("contest");
            foreach (var node in new[] { "a", "b" })
            {
                await scope.Add(NosPlane.Node(scope.NodeName(node), "mig", "NVIDIA-A100-SXM4-80GB", 2, 81920));
                await nos.Partitionable(scope.NodeName(node));
            }

            await other.Start("--lease-name", "other");
            await Polling.Until("both lead", async () => await one.Leads() && await other.Leads(), evidence: nos.Evidence);
            await using var first = await nos.StartScheduler(one.ExtenderPort, "scheduler-one");
            await using var second = await nos.StartScheduler(other.ExtenderPort, "scheduler-other");

            // 28 slices at most for 40 pods, half of them by each; as some end, others follow onto slices that are there.
            for (var index = 0; index < 40; index++)
            {
                await scope.Add(TestPod.Named($"p-{index}").By(index % 2 == 0 ? "scheduler-one" : "scheduler-other").Asking(OneG, 1));
            }

            var reading = await nos.Plane.Admin.EventuallyList(
                ApiPaths.Pods(scope.Namespace), "28 are bound", pods => pods.Count(pod => pod.Text("spec", "nodeName") is not null) == 28, TimeSpan.FromSeconds(120));
            foreach (var ended in reading.Where(pod => pod.Text("spec", "nodeName") is not null).Take(10))
            {
                await scope.Remove(ended.Name());
            }

            await nos.Plane.Admin.EventuallyList(
                ApiPaths.Pods(scope.Namespace), "28 are bound again", pods => pods.Count(pod => pod.Text("spec", "nodeName") is not null) == 28, TimeSpan.FromSeconds(120));
            await Invariants.Settled(nos.Plane.Admin, evidence: nos.Evidence);

            foreach (var (replica, lease) in new[] { (one, "nos-system/other"), (other, "nos-system/one") })
            {
                Assert.Contains($"by Lease {lease}", await replica.Process.WaitForLine("two leaders"));
                var (leads, text) = await replica.Ask("/readyz?leader");
                output.WriteLine(text);
                Assert.True(leads);
                Assert.Contains($"by Lease {lease}", text);
            }

            var events = await nos.Plane.Admin.EventuallyList(
                "/api/v1/namespaces/default/events", "both have written an event", all => all.Where(happened => happened.Text("reason") == "TwoLeaders")
                    .Select(happened => happened.Text("message")!.Contains("Lease nos-system/one", StringComparison.Ordinal)).Distinct().Count() == 2);
            Assert.All(events.Where(happened => happened.Text("reason") == "TwoLeaders"), happened =>
                Assert.Equal(("Warning", "GpuNode"), (happened.Text("type"), happened.Text("involvedObject", "kind"))));
        });
    }
}
