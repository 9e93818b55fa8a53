using System.Text.Json.Nodes;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Cli.SchedulerConfigs;

public sealed class SchedulerConfigTests
{
    private static readonly string[] OursAndPeers =
    [
        "nos.nebuly.com/gpu-memory", "nos.nebuly.com/gpu-compute", "nos.nebuly.com/quota",
        "nvidia.com/gpumem", "nvidia.com/gpumem-percentage", "nvidia.com/gpucores", "aliyun.com/gpu-mem",
    ];

    [Theory]
    [InlineData("own", "v1")]
    [InlineData("own", "v1beta1")]
    [InlineData("shared", "v1")]
    [InlineData("shared", "v1beta1")]
    public async Task The_extender_is_called_for_every_verb_and_never_skipped(string mode, string api)
    {
        var config = await Print("--mode", mode, "--api", api);
        var extender = Extender(config);

        Assert.Equal($"kubescheduler.config.k8s.io/{api}", (string?)config["apiVersion"]);
        Assert.Equal("KubeSchedulerConfiguration", (string?)config["kind"]);
        Assert.Equal("@KUBECONFIG@", (string?)config["clientConnection"]!["kubeconfig"]);
        Assert.Equal("https://nos:8444/scheduler", (string?)extender["urlPrefix"]);
        Assert.Equal(
            ("filter", "prioritize", "preempt", "bind"),
            ((string?)extender["filterVerb"], (string?)extender["prioritizeVerb"], (string?)extender["preemptVerb"], (string?)extender["bindVerb"]));
        Assert.Equal((130, true, false, true, "15s"), (
            (int)extender["weight"]!, (bool)extender["nodeCacheCapable"]!, (bool)extender["ignorable"]!, (bool)extender["enableHTTPS"]!, (string?)extender["httpTimeout"]));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task In_own_mode_every_pod_comes_to_us_and_the_fit_plugin_ignores_what_we_make(string api)
    {
        var config = await Print("--api", api);
        var profile = Assert.Single(config["profiles"]!.AsArray())!;
        var plugin = Assert.Single(profile["pluginConfig"]!.AsArray())!;

        Assert.Null(Extender(config)["managedResources"]);
        Assert.Equal(100, (int)config["percentageOfNodesToScore"]!);
        Assert.Equal("nos-scheduler", (string?)profile["schedulerName"]);
        Assert.Equal(("NodeResourcesFit", "NodeResourcesFitArgs", $"kubescheduler.config.k8s.io/{api}"), (
            (string?)plugin["name"], (string?)plugin["args"]!["kind"], (string?)plugin["args"]!["apiVersion"]));
        AssertNamesAllAndNoWholeGpu([.. plugin["args"]!["ignoredResources"]!.AsArray().Select(name => (string)name!)]);
    }

    [Fact]
    public async Task In_own_mode_no_election_is_held_unless_replicas_have_a_lease_of_their_own()
    {
        var alone = (await Print())["leaderElection"]!;
        var replicated = (await Print("--lease", "nos-system/nos-scheduler"))["leaderElection"]!;

        Assert.False((bool)alone["leaderElect"]!);
        Assert.Equal((true, "leases", "nos-system", "nos-scheduler"), (
            (bool)replicated["leaderElect"]!, (string?)replicated["resourceLock"], (string?)replicated["resourceNamespace"], (string?)replicated["resourceName"]));
    }

    [Fact]
    public async Task In_shared_mode_only_pods_with_our_resources_come_to_us_and_the_rest_of_the_scheduler_stays()
    {
        var config = await Print("--mode", "shared");
        var managed = Extender(config)["managedResources"]!.AsArray();

        Assert.All(managed, resource => Assert.True((bool)resource!["ignoredByScheduler"]!));
        AssertNamesAllAndNoWholeGpu([.. managed.Select(resource => (string)resource!["name"]!)]);
        Assert.Equal(["apiVersion", "kind", "clientConnection", "extenders"], config.Select(entry => entry.Key));
    }

    [Theory]
    [InlineData("https://nos:8444", "https://nos:8444/scheduler")]
    [InlineData("https://nos:8444/", "https://nos:8444/scheduler")]
    [InlineData("https://nos:8444/scheduler/", "https://nos:8444/scheduler")]
    [InlineData("https://proxy/nos", "https://proxy/nos")]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/scheduler")]
    [InlineData("https://[::1]:8444", "https://[::1]:8444/scheduler")]
    public async Task An_address_without_a_path_gets_the_extenders(string url, string expected) =>
        Assert.Equal(expected, (string?)Extender(YamlReading.Document(await CliRun.OutputOf("scheduler-config", "--url", url)))["urlPrefix"]);

    [Fact]
    public async Task Files_are_named_as_the_scheduler_will_find_them()
    {
        var named = Extender(await Print("--ca-file", "/c/ca.crt", "--cert-file", "/c/tls.crt", "--key-file", "/c/tls.key"))["tlsConfig"];

        Assert.True(JsonNode.DeepEquals(new JsonObject { ["caFile"] = "/c/ca.crt", ["certFile"] = "/c/tls.crt", ["keyFile"] = "/c/tls.key" }, named));
        Assert.Null(Extender(await Print())["tlsConfig"]);
    }

    [Theory]
    [InlineData("700ms", "5.7s")]
    [InlineData("30s", "35s")]
    [InlineData("1m", "1m5s")]
    public async Task The_scheduler_outwaits_a_bind_by_5_seconds(string bindWait, string expected) =>
        Assert.Equal(expected, (string?)Extender(await Print("--bind-wait", bindWait))["httpTimeout"]);

    [Fact]
    public async Task Weight_name_and_kubeconfig_can_be_chosen()
    {
        var config = await Print("--weight", "7", "--scheduler-name", "gpus", "--client-kubeconfig", "");

        Assert.Equal(7, (int)Extender(config)["weight"]!);
        Assert.Equal("gpus", (string?)config["profiles"]![0]!["schedulerName"]);
        Assert.Null(config["clientConnection"]);
    }

    private static async Task<JsonObject> Print(params string[] arguments) =>
        YamlReading.Document(await CliRun.OutputOf(["scheduler-config", "--url", "https://nos:8444", .. arguments]));

    private static JsonObject Extender(JsonObject config) => Assert.Single(config["extenders"]!.AsArray())!.AsObject();

    private static void AssertNamesAllAndNoWholeGpu(IReadOnlyList<string> names)
    {
        Assert.DoesNotContain("nvidia.com/gpu", names);
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z.]+/[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$", name));
        Assert.Superset(
            new HashSet<string>([
                .. GpuCatalog.Models.SelectMany(model => model.Names).Select(profile => "nvidia.com/mig-" + profile.Replace('+', '.')),
                .. Enumerable.Range(1, GpuCatalog.Models.Max(model => model.UsableGB)).Select(gb => $"nvidia.com/gpu-{gb}gb"),
                .. OursAndPeers]),
            names.ToHashSet());
    }
}
