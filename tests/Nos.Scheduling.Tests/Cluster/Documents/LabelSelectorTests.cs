using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Cluster.Documents;

public sealed class LabelSelectorTests
{
    [Theory]
    [InlineData("""{"matchLabels":{"app":"a"}}""", true)]
    [InlineData("""{"matchLabels":{"app":"a","tier":"none"}}""", false)]
    [InlineData("""{"matchLabels":{"app":"b"}}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":["x","a"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"In","values":[]}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"NotIn","values":["a"]}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"other","operator":"NotIn","values":["a"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"Exists"}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}""", false)]
    [InlineData("""{"matchExpressions":[{"key":"app","operator":"Resembles","values":["a"]}]}""", false)]
    [InlineData("""{"matchLabels":{"app":"a"},"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}""", false)]
    [InlineData("{}", true)]
    public void Selects_as_Kubernetes_does(string selector, bool matches) => Assert.Equal(
        matches, JsonSerializer.Deserialize(selector, KubeJson.Default.LabelSelectorDocument)!.Matches([KeyValuePair.Create("app", "a"), KeyValuePair.Create("tier", "front")]));

    /// <summary>An empty selector means all pods in policy/v1, and none in policy/v1beta1; none at all means none.</summary>
    [Theory]
    [InlineData(true, "team/all team/one")]
    [InlineData(false, "team/one")]
    public void Budgets_protect_pods_of_their_namespace_by_label(bool emptyMeansAll, string keys)
    {
        var budgets = DisruptionBudgets.Of(
            [Budget("team", "all", new()), Budget("team", "one", Selecting("a")), Budget("team", "another", Selecting("b")), Budget("other", "one", Selecting("a")), Budget("team", "none", null)],
            emptyMeansAll);
        var pod = Facts.Pod("p", "n1");
        var record = PodRecords.Of(pod with { Metadata = pod.Metadata with { Labels = new() { ["app"] = "a" } } })!;

        Assert.Equal(keys, string.Join(' ', budgets.Of(record)));
        Assert.Equal(2, budgets.Allowed["team/one"]);
    }

    private static LabelSelectorDocument Selecting(string app) => new() { MatchLabels = new() { ["app"] = app } };

    private static DisruptionBudgetDocument Budget(string space, string name, LabelSelectorDocument? selector) => new()
    {
        Metadata = new ObjectMeta { Namespace = space, Name = name },
        Spec = new DisruptionBudgetDocument.BudgetSpec { Selector = selector },
        Status = new DisruptionBudgetDocument.BudgetStatus { DisruptionsAllowed = 2 },
    };
}
