using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using Nos.Scheduling.ClusterTests.Manifests;

namespace Nos.Scheduling.ClusterTests.Checking;

/// <summary>Readings of a real API server are of one moment, and the watch sees what comes and goes between two looks of a test.</summary>
[Collection(ManifestsCollection.Name)]
public sealed class ReadingTests(AppliedManifests manifests)
{
    private TestApi Admin => manifests.Plane.Admin;

    [Fact]
    public async Task All_kinds_are_read_at_one_revision_whatever_is_written_meanwhile()
    {
        await using var scope = await manifests.Plane.Scope("reading");
        await scope.Add(TestNode.Named(scope.NodeName("n")));
        await scope.Add(TestPod.Named("p").By("nobody"));
        using var stop = new CancellationTokenSource();

        // Always the node first, then the pod with the same number: at every moment the pod's is the node's, or one less.
        var writing = Task.Run(async () =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                var mark = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["number"] = $"{number}" } } };
                await Admin.MergePatch(ApiPaths.Node(scope.NodeName("n")), mark);
                await Admin.MergePatch(ApiPaths.Pod(scope.Namespace, "p"), mark);
            }
        });

        var seen = new HashSet<int>();
        await Polling.Until("writes were seen", async () =>
        {
            var reading = await ClusterReading.Take(Admin);
            var node = int.Parse(reading.Nodes.Single(node => node.Name() == scope.NodeName("n")).Label("number") ?? "0");
            var pod = int.Parse(reading.Pods.Single(pod => pod.Namespace() == scope.Namespace).Label("number") ?? "0");
            Assert.InRange(node - pod, 0, 1);
            return seen.Add(pod) && seen.Count > 20;
        });
        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task The_watch_remembers_what_was_broken_and_is_well_again()
    {
        await using var scope = await manifests.Plane.Scope("watch");
        await scope.Add(TestNode.Named(scope.NodeName("n")).Offering("pods", "0"));
        await using var watch = InvariantWatch.Start(Admin);
        await Polling.Until("the watch has read", () => Task.FromResult(watch.Readings > 0));
        Assert.Empty(watch.Violations);

        await scope.Add(TestPod.Named("p").BoundTo(scope.NodeName("n")));
        await Polling.Until("it is seen", () => Task.FromResult(watch.Violations.Count > 0));
        await scope.Remove("p");

        var failure = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(watch.AssertHeld);
        Assert.Contains($"NodeOvercommitted: {scope.NodeName("n")}", failure.Message, StringComparison.Ordinal);
    }
}
