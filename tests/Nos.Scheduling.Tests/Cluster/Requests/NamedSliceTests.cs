namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class NamedSliceTests
{
    [Theory]
    [InlineData("nvidia.com/mig-2g.20gb", "mig")]
    [InlineData("nvidia.com/mig-1g.10gb.me", "mig")]
    [InlineData("nvidia.com/mig-7g.79gb", "mig")]
    [InlineData("nvidia.com/gpu-8gb", "mps")]
    public void Stay_as_they_are_and_bring_the_pod_to_nodes_of_their_mode(string resource, string mode)
    {
        var (pod, _) = Webhook.Default.Create(Pods.With((resource, "2"), ("cpu", "1")));

        Assert.Equal($"cpu=1 {resource}=2", pod.Container().Limits());
        Assert.Equal(
            """{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"nos.nebuly.com/gpu-partitioning","operator":"In","values":["MODE"]}]}]}}}""".Replace("MODE", mode),
            pod["spec"]!["affinity"]!.ToJsonString());
        Assert.Null(pod.Annotation("nos.nebuly.com/requested"));
        Assert.Null(pod.Annotation("nos.nebuly.com/chosen"));
    }

    [Theory]
    [InlineData("nvidia.com/mig-1g.5gb")]
    [InlineData("nvidia.com/mig-4g.24gb")]
    [InlineData("nvidia.com/gpu-50gb")]
    public void Are_admitted_with_a_warning_where_no_GPU_offers_them_now(string resource)
    {
        var (pod, warnings) = Webhook.Default.Create(Pods.With((resource, "1")).Spec("securityContext", new System.Text.Json.Nodes.JsonObject { ["runAsUser"] = 7 }));

        Assert.Equal($"{resource}=1", pod.Container().Limits());
        Assert.Equal([$"No GPU of the cluster offers {resource} now; the pod waits until one does."], warnings);
    }

    [Fact]
    public void Count_more_than_an_annotation_that_says_otherwise()
    {
        var (_, warnings) = Webhook.Default.Create(Pods.With(("nvidia.com/mig-1g.10gb", "1")).Annotated("nos.nebuly.com/gpu-partitioning", "mps"));

        Assert.Equal(["The pod is annotated mps but names mig slices: the name counts."], warnings);
    }

    [Theory]
    [InlineData("nvidia.com/gpu")]
    [InlineData("nvidia.com/mig-1g.10gb.shared")]
    [InlineData("nvidia.com/gpu.shared")]
    [InlineData("amd.com/gpu")]
    public void Are_not_what_others_offer(string resource)
    {
        var before = Pods.With((resource, "2"));

        var (after, warnings) = Webhook.Default.Create(before);

        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Empty(warnings);
    }
}
