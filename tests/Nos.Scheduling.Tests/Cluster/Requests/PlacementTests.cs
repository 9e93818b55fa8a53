using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class PlacementTests
{
    private const string Ours = """{"key":"nos.nebuly.com/gpu-partitioning","operator":"In","values":["mig"]}""";
    private const string Zone = """{"key":"zone","operator":"In","values":["a"]}""";
    private const string Preferred = """ "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[]}}]""";
    private const string Required = """ "requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[TERMS]}""";

    [Theory]
    [InlineData("null", """{"nodeAffinity":{REQUIRED}}""")]
    [InlineData("{}", """{"nodeAffinity":{REQUIRED}}""")]
    [InlineData("""{"podAffinity":{}}""", """{"podAffinity":{},"nodeAffinity":{REQUIRED}}""")]
    [InlineData("""{"nodeAffinity":{PREFERRED}}""", """{"nodeAffinity":{PREFERRED,REQUIRED}}""")]
    public void Asks_for_nodes_of_the_mode_beside_what_the_user_asks(string before, string after) =>
        Assert.Equal(Spelt(after, """{"matchExpressions":[OURS]}"""), Affinity(before, ""));

    [Theory]
    [InlineData("""{"matchExpressions":[ZONE]}""", """{"matchExpressions":[ZONE,OURS]}""")]
    [InlineData("""{"matchExpressions":[ZONE]},{"matchExpressions":[ZONE]}""", """{"matchExpressions":[ZONE,OURS]},{"matchExpressions":[ZONE,OURS]}""")]
    [InlineData("""{"matchFields":[{"key":"metadata.name"}]}""", """{"matchFields":[{"key":"metadata.name"}],"matchExpressions":[OURS]}""")]
    [InlineData("""{"matchExpressions":[OURS,ZONE]}""", """{"matchExpressions":[OURS,ZONE]}""")]
    [InlineData("""{},{"matchExpressions":[ZONE]}""", """{},{"matchExpressions":[ZONE,OURS]}""")]
    [InlineData("""{"matchExpressions":[]}""", """{"matchExpressions":[]}""")]
    public void Narrows_every_alternative_once_and_opens_none_that_matches_nothing(string before, string after) =>
        Assert.Equal(Spelt("""{"nodeAffinity":{REQUIRED}}""", after), Affinity("""{"nodeAffinity":{REQUIRED}}""", before));

    [Theory]
    [InlineData("", "default-scheduler", "default-scheduler")]
    [InlineData("nos-scheduler", "default-scheduler", "nos-scheduler")]
    [InlineData("nos-scheduler", "", "nos-scheduler")]
    [InlineData("nos-scheduler", null, "nos-scheduler")]
    [InlineData("nos-scheduler", "nos-scheduler", "nos-scheduler")]
    public void Sends_pods_with_slices_to_our_scheduler_where_there_is_one(string ours, string? before, string after)
    {
        var (pod, warnings) = Scheduled(ours).Create(Pods.With(("nvidia.com/mig-1g.10gb", "1")).Spec("schedulerName", before));

        Assert.Equal(after, (string?)pod["spec"]!["schedulerName"]);
        Assert.Empty(warnings);
    }

    [Fact]
    public void Leaves_a_users_own_choice_of_scheduler_and_warns()
    {
        var (pod, warnings) = Scheduled("nos-scheduler").Create(Pods.With(("nos.nebuly.com/gpu-memory", "10")).Spec("schedulerName", "volcano"));

        Assert.Equal("volcano", (string?)pod["spec"]!["schedulerName"]);
        Assert.Equal(["Scheduler volcano may not know GPU slices; leave schedulerName out to get nos-scheduler."], warnings);
    }

    [Theory]
    [InlineData("nvidia.com/gpu")]
    [InlineData("cpu")]
    public void Leaves_pods_without_slices_to_their_scheduler(string resource)
    {
        var (pod, _) = Scheduled("nos-scheduler").Create(Pods.With((resource, "1")));

        Assert.Equal("default-scheduler", (string?)pod["spec"]!["schedulerName"]);
        Assert.Null(pod["spec"]!["affinity"]);
    }

    private static Webhook Scheduled(string name) => Webhook.Default with { Settings = new(SchedulerName: name) };

    private static string Affinity(string before, string terms) => Webhook.Default
        .Create(Pods.With(("nvidia.com/mig-1g.10gb", "1")).Spec("affinity", JsonNode.Parse(Spelt(before, terms))))
        .Pod["spec"]!["affinity"]!.ToJsonString();

    private static string Spelt(string json, string terms) => JsonNode.Parse(json
        .Replace("REQUIRED", Required).Replace("PREFERRED", Preferred).Replace("TERMS", terms).Replace("OURS", Ours).Replace("ZONE", Zone))?.ToJsonString() ?? "null";
}
