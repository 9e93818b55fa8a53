using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaViewTests
{
    private const string Gpu = "nos.nebuly.com/gpu-memory";
    private readonly QuotaCluster cluster = new();

    [Fact]
    public void Used_is_what_runs_and_assigned_what_is_bound()
    {
        cluster.Add(Quotas.OfOne("a/q", $"{Gpu}=40"));
        cluster.AddPod("a/runs", 10);
        cluster.AddPod("a/starts", 5, phase: "Pending");
        cluster.AddPod("a/waits", 7, node: null);
        cluster.AddPod("a/ended", 7, phase: "Succeeded");
        cluster.AddPod("other/runs", 7);

        var shown = Assert.Single(Assert.Single(cluster.Views).Resources);

        Assert.Equal((10, 15), (shown.Used, shown.Balance.Assigned));
    }

    [Fact]
    public void A_composite_shows_all_its_namespaces_as_one()
    {
        cluster.Add(Quotas.OfSeveral("home/c", "b a", $"{Gpu}=12", $"{Gpu}=40"));
        cluster.AddPod("a/p", 10);
        cluster.AddPod("b/p", 5);

        var view = Assert.Single(cluster.Views);

        Assert.Equal(("CompositeElasticQuota", "home", "c", "a b"), (view.Kind, view.Key.Namespace, view.Key.Name, string.Join(' ', view.Namespaces)));
        Assert.Equal((15, 3, 12, 40), (view.Resources[0].Balance.Assigned, view.Resources[0].Balance.Borrowed, view.Resources[0].Balance.Min, view.Resources[0].Balance.Max));
    }

    [Fact]
    public void They_come_by_namespace_and_name_a_composite_first_and_their_resources_by_name()
    {
        cluster.Add(Quotas.OfOne("b/q", "memory=1 cpu=1"), Quotas.OfOne("a/z"), Quotas.OfOne("a/b", age: 5));
        cluster.Add(Quotas.OfSeveral("a/b", "c"));

        Assert.Equal(
            ["CompositeElasticQuota a/b", "ElasticQuota a/b", "ElasticQuota a/z", "ElasticQuota b/q"], cluster.Views.Select(view => view.Key.ToString()));
        Assert.Equal(["cpu", "memory"], cluster.Views[^1].Resources.Select(view => view.Balance.Resource));
    }

    [Fact]
    public void One_that_rules_no_namespace_is_shown_with_why_and_with_nothing_assigned()
    {
        cluster.Add(Quotas.OfOne("a/old", "cpu=1", age: 9), Quotas.OfOne("a/young", "cpu=2", age: 1), Quotas.OfOne("b/q", "cpu=3", age: 9));
        cluster.Add(Quotas.OfSeveral("home/c", "b", age: 1), Quotas.OfSeveral("home/late", "b a", age: 0), Quotas.OfSeveral("home/none", ""));
        cluster.AddPod("a/p", 0, more: ("cpu", 4));

        var why = cluster.Views.ToDictionary(view => view.Key.ToString(), view => view.RulesNone);

        Assert.Equal("a is under CompositeElasticQuota home/late", why["ElasticQuota a/old"]);
        Assert.Equal("b is under CompositeElasticQuota home/c", why["ElasticQuota b/q"]);
        Assert.Equal("it names no namespace", why["CompositeElasticQuota home/none"]);
        Assert.Null(why["CompositeElasticQuota home/late"]);
        Assert.Equal("a", Assert.Single(cluster.Views.Single(view => view.Key.Name == "late").Namespaces));
        Assert.All(cluster.Views.Where(view => view.RulesNone is not null).SelectMany(view => view.Resources), shown => Assert.Equal(0, shown.Balance.Assigned));
    }

    [Fact]
    public void Of_two_over_one_namespace_the_younger_says_that_the_other_is_older()
    {
        cluster.Add(Quotas.OfOne("a/old", "cpu=1", age: 9), Quotas.OfOne("a/young", "cpu=2", age: 1));

        Assert.Equal([null, "a is under ElasticQuota a/old, which is older"], cluster.Views.Select(view => view.RulesNone));
    }

    [Fact]
    public void Programs_get_quantities_by_resource()
    {
        cluster.Add(Quotas.OfOne("a/q", $"cpu=1500m memory=4Gi {Gpu}=10", $"{Gpu}=40 nvidia.com/gpu=1"), Quotas.OfOne("b/q", $"{Gpu}=30"));
        cluster.AddPod("a/p", 15, more: ("cpu", 1));
        cluster.Add(Quotas.OfSeveral("home/none", ""));

        Assert.Equal(
            """
            {"items": [
              {"kind": "ElasticQuota", "namespace": "a", "name": "q", "namespaces": ["a"],
               "min": {"cpu": "1500m", "memory": "4Gi", "nos.nebuly.com/gpu-memory": "10"}, "max": {"nos.nebuly.com/gpu-memory": "40", "nvidia.com/gpu": "1"},
               "used": {"cpu": "1", "memory": "0", "nos.nebuly.com/gpu-memory": "15", "nvidia.com/gpu": "0"},
               "assigned": {"cpu": "1", "memory": "0", "nos.nebuly.com/gpu-memory": "15", "nvidia.com/gpu": "0"},
               "borrowed": {"cpu": "0", "memory": "0", "nos.nebuly.com/gpu-memory": "5"},
               "lent": {"cpu": "0", "memory": "0", "nos.nebuly.com/gpu-memory": "0"},
               "fairShare": {"cpu": "500m", "memory": "4Gi", "nos.nebuly.com/gpu-memory": "7"}},
              {"kind": "ElasticQuota", "namespace": "b", "name": "q", "namespaces": ["b"],
               "min": {"nos.nebuly.com/gpu-memory": "30"}, "max": {}, "used": {"nos.nebuly.com/gpu-memory": "0"}, "assigned": {"nos.nebuly.com/gpu-memory": "0"},
               "borrowed": {"nos.nebuly.com/gpu-memory": "0"}, "lent": {"nos.nebuly.com/gpu-memory": "5"}, "fairShare": {"nos.nebuly.com/gpu-memory": "22"}},
              {"kind": "CompositeElasticQuota", "namespace": "home", "name": "none", "namespaces": [], "message": "it names no namespace",
               "min": {}, "max": {}, "used": {}, "assigned": {}, "borrowed": {}, "lent": {}, "fairShare": {}}]}
            """ is var expected ? JsonNode.Parse(expected)!.ToJsonString() : "",
            QuotaListing.Of(cluster.Views).ToJsonString());
    }
}
