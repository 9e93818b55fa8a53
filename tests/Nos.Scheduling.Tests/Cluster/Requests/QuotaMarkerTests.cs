using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Requests;

public sealed class QuotaMarkerTests
{
    private const string Marked = """{"limits":{"cpu":"1","nos.nebuly.com/quota":"1"},"requests":{"cpu":"1","nos.nebuly.com/quota":"1"}}""";

    [Fact]
    public void Marks_a_pod_that_uses_what_its_quota_names() => Assert.Equal(Marked, Resources(Webhook(min: "cpu=4"), Cpu()));

    [Fact]
    public void A_resource_named_in_max_alone_is_enough() => Assert.Equal(Marked, Resources(Webhook(max: "cpu=4"), Cpu()));

    [Fact]
    public void The_number_of_pods_is_used_by_every_pod() =>
        Assert.Equal("""{"limits":{"nos.nebuly.com/quota":"1"},"requests":{"nos.nebuly.com/quota":"1"}}""", Resources(Webhook(max: "pods=4"), Pod("{}")));

    [Fact]
    public void Whole_GPUs_count_as_GPU_memory() =>
        Assert.Contains("nos.nebuly.com/quota", Resources(Webhook(min: "nos.nebuly.com/gpu-memory=64"), Pod("""{"limits":{"nvidia.com/gpu":"1"},"requests":{"nvidia.com/gpu":"1"}}""")));

    [Theory]
    [InlineData("memory=4", "team-a", "default-scheduler", "default-scheduler")]
    [InlineData("cpu=4", "other", "default-scheduler", "default-scheduler")]
    [InlineData("cpu=4", "team-a", "batch", "default-scheduler")]
    [InlineData("cpu=4", "team-a", "default-scheduler", "")]
    public void Leaves_a_pod_alone_that_its_quota_does_not_count_or_nobody_brings_here(string min, string quota, string scheduler, string governed)
    {
        var webhook = Webhook(min, space: quota) with { Settings = new(Identity: Requests.Webhook.Us) { MarkedSchedulers = governed.Length == 0 ? [] : [governed] } };
        var pod = Cpu();
        pod["spec"]!["schedulerName"] = scheduler;

        Assert.True(JsonNode.DeepEquals(pod, webhook.Create(pod).Pod));
    }

    [Fact]
    public void A_pod_with_slices_comes_here_anyhow() =>
        Assert.DoesNotContain("nos.nebuly.com/quota", Resources(Webhook(min: "nos.nebuly.com/gpu-memory=64 cpu=4"), Pod("""{"limits":{"nvidia.com/mig-1g.10gb":"1","cpu":"1"}}""")));

    [Fact]
    public void Twice_is_once()
    {
        var webhook = Webhook(min: "cpu=4");
        var once = webhook.Create(Cpu()).Pod;

        Assert.True(JsonNode.DeepEquals(once, webhook.Create(once).Pod));
    }

    private static Webhook Webhook(string min = "", string max = "", string space = "team-a") => new()
    {
        Settings = new(Identity: Requests.Webhook.Us) { MarkedSchedulers = ["default-scheduler"] },
        Quotas = QuotaLedger.Of([QuotaReading.Of(Cluster.Quotas.Quotas.OfOne($"{space}/q", min, max))]),
    };

    private static JsonObject Cpu() => Pod("""{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}""");

    private static JsonObject Pod(string resources) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "p" },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = JsonNode.Parse(resources) }) },
    };

    private static string Resources(Webhook webhook, JsonObject pod) => webhook.Create(pod).Pod["spec"]!["containers"]![0]!["resources"]!.ToJsonString();
}
