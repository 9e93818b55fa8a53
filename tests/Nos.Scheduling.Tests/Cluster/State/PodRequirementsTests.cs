using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Cluster.State;

public sealed class PodRequirementsTests
{
    [Fact]
    public void Reads_selector_affinity_and_tolerations_as_users_write_them()
    {
        var requirements = Of("""
            {"nodeSelector": {"zone": "a", "disk": "ssd"},
             "affinity": {"podAffinity": {}, "nodeAffinity": {
               "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": [{"key": "x", "operator": "Exists"}]}}],
               "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
                 {"matchExpressions": [{"key": "cores", "operator": "Gt", "values": ["8"]}, {"key": "old", "operator": "DoesNotExist"}]},
                 {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]}}},
             "tolerations": [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}, {"key": "team", "value": "ml", "tolerationSeconds": 300}, {"operator": "Exists"}]}
            """);

        Assert.Equal(["disk=ssd", "zone=a"], requirements.Selector.Select(label => $"{label.Key}={label.Value}"));
        Assert.Equal(["cores Gt (8) and old DoesNotExist", "metadata.name In (n1)"], requirements.Affinity!.Value.Select(term => term.ToString()));
        Assert.Equal(
            [
                new Toleration("gpu", TolerationOperator.Exists, "", TaintEffect.NoSchedule), new Toleration("team", TolerationOperator.Equal, "ml", null),
                new Toleration("", TolerationOperator.Exists, "", null),
            ],
            requirements.Tolerations.AsEnumerable());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"affinity": {"nodeAffinity": {}}}""")]
    [InlineData("""{"affinity": {"podAntiAffinity": {}}, "tolerations": []}""")]
    [InlineData("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": null}}}""")]
    public void Asks_nothing_where_the_pod_asks_nothing(string spec) => Assert.Equal(NodeRequirements.None, Of(spec));

    [Theory]
    [InlineData("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {}}}}""")]
    [InlineData("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{}]}}}}""")]
    [InlineData("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Like", "values": ["b"]}]}]}}}}""")]
    [InlineData("""{"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": "what"}}}}""")]
    public void Nonsense_matches_no_node(string spec) => Assert.False(Of(spec).AffinityMatches(NodeTraits.Of("n1")));

    [Theory]
    [InlineData("""[{"operator": "Lt", "key": "gpu"}]""")]
    [InlineData("""[{"operator": "Exists", "effect": "NoSuchEffect"}]""")]
    public void Nonsense_tolerates_nothing(string tolerations)
    {
        var node = NodeTraits.Of("n1") with { Taints = [new Scheduling.Nodes.Taint("gpu", "", TaintEffect.NoSchedule)] };

        Assert.NotNull(Of($$"""{"tolerations": {{tolerations}}}""").Untolerated(node));
    }

    [Fact]
    public void A_bound_pod_is_asked_no_more_where_it_may_be()
    {
        var pod = Facts.Pod("p") with { Spec = Facts.Pod("p").Spec with { NodeSelector = new() { ["zone"] = "a" } } };

        Assert.Single(PodRecords.Of(pod)!.Requirements.Selector);
        Assert.Same(NodeRequirements.None, PodRecords.Of(pod with { Spec = pod.Spec with { NodeName = "n1" } })!.Requirements);
    }

    private static NodeRequirements Of(string spec) => PodRequirements.Of(JsonSerializer.Deserialize($$"""{"spec": {{spec}}}""", KubeJson.Default.PodDocument)!.Spec);
}
