using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class PodRecordsTests
{
    [Theory]
    [InlineData("DaemonSet", true, true)]
    [InlineData("DaemonSet", false, false)]
    [InlineData("ReplicaSet", true, false)]
    [InlineData("Node", true, false)]
    public void Only_a_DaemonSets_pods_and_pictures_of_static_ones_are_tied_to_their_node(string kind, bool isController, bool isTied)
    {
        var owned = With(new ObjectMeta { OwnerReferences = [new OwnerReference { Kind = kind, Name = "x", Uid = "y", Controller = isController }] });
        var mirror = With(new ObjectMeta { Annotations = new() { ["kubernetes.io/config.mirror"] = "hash" } });

        Assert.Equal((isTied, true), (PodRecords.Of(owned)!.IsTiedToNode, PodRecords.Of(mirror)!.IsTiedToNode));
    }

    [Fact]
    public void Labels_are_kept_of_bound_pods_for_budgets_and_the_label_of_our_own_is_kept_apart()
    {
        var pod = With(new ObjectMeta { Labels = new() { ["app"] = "a", ["nos.nebuly.com/capacity"] = "over-quota" } });

        var (bound, waiting) = (PodRecords.Of(pod with { Spec = pod.Spec with { NodeName = "n1" } })!, PodRecords.Of(pod)!);

        Assert.Equal("app=a", string.Join(',', bound.Labels.Select(label => $"{label.Key}={label.Value}")));
        Assert.Equal("over-quota", bound.Capacity);
        Assert.Empty(waiting.Labels);
    }

    [Theory]
    [InlineData("Never", false)]
    [InlineData("PreemptLowerPriority", true)]
    [InlineData(null, true)]
    public void A_pod_may_have_others_evicted_unless_it_says_otherwise(string? policy, bool may)
    {
        var pod = With(new ObjectMeta());

        Assert.Equal(may, PodRecords.Of(pod with { Spec = pod.Spec with { PreemptionPolicy = policy } })!.MayPreempt);
    }

    private static PodDocument With(ObjectMeta metadata)
    {
        var pod = Facts.Pod("p");
        return pod with { Metadata = metadata with { Name = "p", Namespace = "team", Uid = "uid" } };
    }
}
