using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>The cluster is eight A100-80 shared by MIG and four A10 shared by MPS unless a test says otherwise.</summary>
public sealed class TranslationTests
{
    private const string Memory = "nos.nebuly.com/gpu-memory";
    private const string Compute = "nos.nebuly.com/gpu-compute";
    private const string Mode = "nos.nebuly.com/gpu-partitioning";
    private const string Percentage = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE";

    [Theory]
    [InlineData("10", "nvidia.com/mig-1g.10gb=1")]
    [InlineData("11", "nvidia.com/mig-1g.20gb=1")]
    [InlineData("4", "nvidia.com/gpu-4gb=1")]
    [InlineData("1e1", "nvidia.com/mig-1g.10gb=1")]
    public void Gives_the_smallest_slice_with_the_memory(string gb, string limits)
    {
        var (pod, _) = Webhook.Default.Create(Pods.With((Memory, gb)));

        Assert.Equal(limits, pod.Container().Limits());
        Assert.Equal($$$"""{"main":{"nos.nebuly.com/gpu-memory":"{{{gb}}}"}}""", pod.Annotation("nos.nebuly.com/requested"));
    }

    [Fact]
    public void Says_what_was_chosen_and_why()
    {
        var (mig, _) = Webhook.Default.Create(Pods.With((Memory, "10")));
        var (mps, _) = Webhook.Default.Create(Pods.With((Memory, "4"), (Compute, "20")));

        Assert.Equal("Chose nvidia.com/mig-1g.10gb for main (10 GB): the smallest MIG profile with so much, mig as at most half of it is wasted.", mig.Annotation("nos.nebuly.com/chosen"));
        Assert.Equal("Chose nvidia.com/gpu-4gb for main (4 GB, 20 % of its compute): the MPS share with so much, mps as mig would waste more than half.", mps.Annotation("nos.nebuly.com/chosen"));
    }

    [Fact]
    public void Keeps_cpu_and_memory_beside_the_slice()
    {
        var (pod, warnings) = Webhook.Default.Create(Pods.With(("cpu", "2"), (Memory, "10"), ("memory", "4Gi")));

        Assert.Equal("cpu=2 memory=4Gi nvidia.com/mig-1g.10gb=1", pod.Container().Limits());
        Assert.Empty(warnings);
    }

    [Fact]
    public void Sets_requests_too_where_the_user_wrote_only_one_of_both()
    {
        var limits = Pods.With((Memory, "10"));
        limits.Container()["resources"]!.AsObject().Remove("requests");
        var requests = Pods.With((Memory, "10"));
        requests.Container()["resources"]!.AsObject().Remove("limits");

        Assert.Equal("nvidia.com/mig-1g.10gb=1", Webhook.Default.Create(limits).Pod.Container().Limits());
        Assert.Equal("nvidia.com/mig-1g.10gb=1", Webhook.Default.Create(requests).Pod.Container().Limits());
    }

    [Fact]
    public void Honours_compute_by_the_profile_on_MIG()
    {
        var (pod, _) = Webhook.Default.Create(Pods.With((Memory, "20"), (Compute, "28")));

        Assert.Equal("nvidia.com/mig-2g.20gb=1", pod.Container().Limits());
        Assert.Null(pod.Container()["env"]);
        Assert.Equal("""{"main":{"nos.nebuly.com/gpu-compute":"28","nos.nebuly.com/gpu-memory":"20"}}""", pod.Annotation("nos.nebuly.com/requested"));
    }

    [Fact]
    public void Honours_compute_by_a_variable_on_MPS()
    {
        var other = Pods.Container("main", (Memory, "4"), (Compute, "28")).Env("A", "b");

        var (without, _) = Webhook.Default.Create(Pods.With((Memory, "4"), (Compute, "28")));
        var (with, _) = Webhook.Default.Create(Pods.Of(other));

        Assert.Equal("nvidia.com/gpu-4gb=1", without.Container().Limits());
        Assert.Equal($$"""[{"name":"{{Percentage}}","value":"28"}]""", without.Container()["env"]!.ToJsonString());
        Assert.Equal($$"""[{"name":"A","value":"b"},{"name":"{{Percentage}}","value":"28"}]""", with.Container()["env"]!.ToJsonString());
    }

    [Fact]
    public void Takes_a_variable_that_says_the_same_as_the_request()
    {
        var (pod, _) = Webhook.Default.Create(Pods.Of(Pods.Container("main", (Memory, "4"), (Compute, "28")).Env(Percentage, "28")));

        Assert.Single(pod.Container()["env"]!.AsArray());
    }

    [Theory]
    [InlineData("nvidia.com/gpumem", "10240", "nvidia.com/mig-1g.10gb=1")]
    [InlineData("nvidia.com/gpumem", "10241", "nvidia.com/mig-1g.20gb=1")]
    [InlineData("nvidia.com/gpumem", "1", "nvidia.com/gpu-1gb=1")]
    [InlineData("nvidia.com/gpumem-percentage", "50", "nvidia.com/mig-1g.20gb=1")]
    [InlineData("aliyun.com/gpu-mem", "10", "nvidia.com/mig-1g.10gb=1")]
    public void Translates_what_other_systems_call_it(string key, string amount, string limits)
    {
        // 50 % is of the A10, the smaller model: 23,028 MiB, so 12 GB.
        var (pod, warnings) = Webhook.Default.Create(Pods.With((key, amount)));

        Assert.Equal(limits, pod.Container().Limits());
        Assert.Equal($$$"""{"main":{"{{{key}}}":"{{{amount}}}"}}""", pod.Annotation("nos.nebuly.com/requested"));
        Assert.DoesNotContain(warnings, warning => !warning.Contains("run as user", StringComparison.Ordinal));
    }

    [Fact]
    public void Translates_HAMis_set_as_one_request()
    {
        var (pod, _) = Webhook.Default.Create(Pods.With(("nvidia.com/gpu", "1"), ("nvidia.com/gpumem", "15000"), ("nvidia.com/gpucores", "40"), ("cpu", "1")));

        Assert.Equal("cpu=1 nvidia.com/gpu-15gb=1", pod.Container().Limits());
        Assert.Equal("40", (string?)pod.Container()["env"]![0]!["value"]);
        Assert.Equal(
            """{"main":{"nvidia.com/gpu":"1","nvidia.com/gpucores":"40","nvidia.com/gpumem":"15000"}}""",
            pod.Annotation("nos.nebuly.com/requested"));
    }

    [Fact]
    public void Takes_HAMis_cores_alone_for_all_of_a_GPUs_memory_and_says_so()
    {
        var (pod, warnings) = Webhook.Default.On("1xNVIDIA-A30:mig").Create(Pods.With(("nvidia.com/gpucores", "40")));

        Assert.Equal("nvidia.com/mig-4g.24gb=1", pod.Container().Limits());
        Assert.Equal(["Container main names no memory, which means all of a GPU's; write nvidia.com/gpumem for less."], warnings);
    }

    [Theory]
    [InlineData("gpu-fraction", "0.5", "nvidia.com/mig-2g.12gb=1")]
    [InlineData("gpu-fraction", "1", "nvidia.com/mig-4g.24gb=1")]
    [InlineData("gpu-memory", "10240", "nvidia.com/mig-1g.10gb=1")]
    public void Translates_KAIs_annotations_for_the_first_container(string key, string value, string limits)
    {
        var (pod, _) = Webhook.Default.On("1xNVIDIA-A30:mig", "1xNVIDIA-A100-SXM4-40GB:mig", "1xNVIDIA-A100-SXM4-80GB:mig").Create(
            Pods.Of(Pods.Container("main"), Pods.Container("side", ("cpu", "1"))).Annotated(key, value).Annotated("mine", "stays"));

        Assert.Equal(limits, pod.Container().Limits());
        Assert.Equal("cpu=1", pod.Container(1).Limits());
        Assert.Equal($$$"""{"main":{"{{{key}}}":"{{{value}}}"}}""", pod.Annotation("nos.nebuly.com/requested"));
        Assert.Equal((null, "stays"), (pod.Annotation(key), pod.Annotation("mine")));
    }

    [Fact]
    public void Translates_KAIs_annotation_for_a_container_without_any_resources()
    {
        var pod = Pods.With().Annotated("gpu-memory", "10240");
        pod.Container().Remove("resources");

        Assert.Equal("nvidia.com/mig-1g.10gb=1", Webhook.Default.Create(pod).Pod.Container().Limits());
    }

    [Fact]
    public void Gives_every_container_its_own_slice_all_of_one_mode()
    {
        var (pod, _) = Webhook.Default.Create(Pods.Of(Pods.Container("a", (Memory, "20")), Pods.Container("b", (Memory, "1")))
            .Spec("initContainers", new JsonArray(Pods.Container("init", (Memory, "5")))));

        Assert.Equal("nvidia.com/gpu-20gb=1", pod.Container(0).Limits());
        Assert.Equal("nvidia.com/gpu-1gb=1", pod.Container(1).Limits());
        Assert.Equal("nvidia.com/gpu-5gb=1", pod["spec"]!["initContainers"]![0]!.AsObject().Limits());
        Assert.Equal(
            """{"init":{"nos.nebuly.com/gpu-memory":"5"},"a":{"nos.nebuly.com/gpu-memory":"20"},"b":{"nos.nebuly.com/gpu-memory":"1"}}""",
            pod.Annotation("nos.nebuly.com/requested"));
    }

    [Fact]
    public void Takes_the_mode_of_the_slices_that_the_pod_names()
    {
        var (pod, _) = Webhook.Default.Create(Pods.Of(Pods.Container("a", ("nvidia.com/gpu-8gb", "1")), Pods.Container("b", (Memory, "10"))));

        Assert.Equal("nvidia.com/gpu-10gb=1", pod.Container(1).Limits());
    }

    [Theory]
    [InlineData("mps", "mig", null, "nvidia.com/gpu-10gb=1")]
    [InlineData(null, "mps", null, "nvidia.com/gpu-10gb=1")]
    [InlineData("auto", "mps", null, "nvidia.com/mig-1g.10gb=1")]
    [InlineData(null, null, "mps", "nvidia.com/gpu-10gb=1")]
    [InlineData(null, "mig", "mps", "nvidia.com/mig-1g.10gb=1")]
    [InlineData(null, null, null, "nvidia.com/mig-1g.10gb=1")]
    public void Asks_the_pod_for_the_mode_then_the_namespace_then_the_operator(string? own, string? shared, string? operators, string limits)
    {
        var webhook = Webhook.Default with
        {
            NamespaceMeta = new() { Annotations = shared is null ? null : new() { [Mode] = shared } },
            Settings = new(DefaultMode: operators is null ? null : Scheduling.Nodes.PartitioningMode.Mps),
        };
        var pod = Pods.With((Memory, "10"));

        Assert.Equal(limits, webhook.Create(own is null ? pod : pod.Annotated(Mode, own)).Pod.Container().Limits());
    }

    [Fact]
    public void Ignores_a_namespace_that_names_no_mode_and_says_so()
    {
        var webhook = Webhook.Default with { NamespaceMeta = new() { Annotations = new() { [Mode] = "fast" } } };

        var (pod, warnings) = webhook.Create(Pods.With((Memory, "10")));

        Assert.Equal("nvidia.com/mig-1g.10gb=1", pod.Container().Limits());
        Assert.Equal(["The namespace's nos.nebuly.com/gpu-partitioning is fast, not mig or mps: ignored."], warnings);
    }

    [Fact]
    public void Chooses_from_the_catalogue_while_the_cluster_has_no_GPU_and_says_that_the_pod_waits()
    {
        var (pod, warnings) = Webhook.Default.On().Create(Pods.With((Memory, "10")));

        Assert.Equal("nvidia.com/mig-1g.10gb=1", pod.Container().Limits());
        Assert.Equal(["No GPU of the cluster is shared by mig now; the pod waits until one is."], warnings);
    }

    [Fact]
    public void Needs_nothing_but_the_containers()
    {
        var bare = new JsonObject
        {
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "main", ["resources"] = new JsonObject { ["limits"] = new JsonObject { [Memory] = 4 } } }) },
            ["metadata"] = new JsonObject { ["generateName"] = "job-" },
        };

        Assert.Equal("nvidia.com/gpu-4gb=1", Webhook.Default.Create(bare).Pod.Container().Limits());
    }
}
