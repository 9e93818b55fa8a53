using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>What the extender prefers is what happens: at the weight that <c>kubectl nos scheduler-config</c> prints, one point of ours outweighs the rest.</summary>
public sealed class PreferenceTests(OwnModePlane fixture) : IClassFixture<OwnModePlane>
{
    private readonly NosPlane nos = fixture.Nos;

    /// <summary>
    /// On one node a GPU is begun, which makes it the better place. All that kube-scheduler's default scores look at speaks for the other: more free cpu and
    /// memory, no PreferNoSchedule taint, and a preference in the pod itself.
    /// </summary>
    [Fact]
    public async Task A_begun_GPU_is_taken_before_an_empty_one_whatever_the_default_scores_say()
    {
        await using var scope = await nos.Plane.Scope("preferred");
        var (begun, empty) = (scope.NodeName("begun"), scope.NodeName("empty"));
        await scope.Add(Node(begun).Offering("cpu", "4").Offering("memory", "8Gi").Tainted("tests/rather-not", "PreferNoSchedule"));
        await scope.Add(Node(empty));
        await Task.WhenAll(nos.Partitionable(begun), nos.Partitionable(empty));
        await scope.Add(TestPod.Named("load").Asking("cpu", "3").Requesting("memory", "7Gi").BoundTo(begun));
        await scope.Add(Sliced("first").OnNodesWith("kubernetes.io/hostname", begun));
        await scope.BoundPod("first");

        foreach (var index in Enumerable.Range(0, 3))
        {
            await scope.Add(Sliced($"next-{index}").Spec("affinity", Rather(empty)));
            Assert.Equal(begun, (await scope.BoundPod($"next-{index}")).Text("spec", "nodeName"));
        }
    }

    private static TestNode Node(string name) => NosPlane.Node(name, "mig", "NVIDIA-A100-SXM4-80GB", 1, 81920);

    private static TestPod Sliced(string name) => TestPod.Named(name).By(NosPlane.SchedulerName).Asking("nvidia.com/mig-1g.10gb", 1);

    private static JsonObject Rather(string node) => JsonNode.Parse($$$"""
        {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference":
            {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": ["{{{node}}}"]}]}}]}}
        """)!.AsObject();
}
