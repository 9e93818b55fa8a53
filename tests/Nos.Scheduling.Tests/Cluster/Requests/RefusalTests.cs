using System.Text.Json.Nodes;

namespace Nos.Scheduling.Tests.Cluster.Requests;

/// <summary>Every refusal, with the sentence that says what to write instead.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("nos.nebuly.com/gpu-memory", "0", "Container main: nos.nebuly.com/gpu-memory is 0; it counts GB, so write a whole number from 1 to 9999, such as 1.")]
    [InlineData("nos.nebuly.com/gpu-memory", "-4", "Container main: nos.nebuly.com/gpu-memory is -4; it counts GB, so write a whole number from 1 to 9999, such as 10.")]
    [InlineData("nos.nebuly.com/gpu-memory", "2.5", "Container main: nos.nebuly.com/gpu-memory is 2.5; it counts GB, so write a whole number from 1 to 9999, such as 3.")]
    [InlineData("nos.nebuly.com/gpu-memory", "500m", "Container main: nos.nebuly.com/gpu-memory is 500m; it counts GB, so write a whole number from 1 to 9999, such as 1.")]
    [InlineData("nos.nebuly.com/gpu-memory", "10Gi", "Container main: nos.nebuly.com/gpu-memory is 10Gi; it counts GB, so write a whole number from 1 to 9999, such as 10.")]
    [InlineData("nos.nebuly.com/gpu-memory", "16G", "Container main: nos.nebuly.com/gpu-memory is 16G; it counts GB, so write a whole number from 1 to 9999, such as 16.")]
    [InlineData("nos.nebuly.com/gpu-memory", "1e30", "Container main: nos.nebuly.com/gpu-memory is 1e30; it counts GB, so write a whole number from 1 to 9999, such as 9999.")]
    [InlineData("nos.nebuly.com/gpu-memory", "banana", "Container main: nos.nebuly.com/gpu-memory is banana; it counts GB, so write a whole number from 1 to 9999, such as 10.")]
    [InlineData("nos.nebuly.com/gpu-memory", "81", "Container main asks for 81 GB of GPU memory, more than any GPU of the cluster has; ask for 80 GB or less.")]
    [InlineData("nos.nebuly.com/gpu-compute", "50", "Container main asks for nos.nebuly.com/gpu-compute alone; write nos.nebuly.com/gpu-memory beside it, the GB that it needs.")]
    [InlineData("nvidia.com/gpumem", "0", "Container main: nvidia.com/gpumem is 0; it counts MiB, so write a whole number from 1 to 10238976, such as 1.")]
    [InlineData("nvidia.com/gpumem", "100000", "Container main asks for 98 GB of GPU memory, more than any GPU of the cluster has; ask for 80 GB or less.")]
    [InlineData("nvidia.com/gpumem-percentage", "101", "Container main: nvidia.com/gpumem-percentage is 101; it counts percent of one GPU's memory, so write a whole number from 1 to 100, such as 100.")]
    [InlineData("nvidia.com/gpucores", "0", "Container main: nvidia.com/gpucores is 0; it counts percent of one GPU, so write a whole number from 1 to 100, such as 1.")]
    [InlineData("aliyun.com/gpu-mem", "0.5", "Container main: aliyun.com/gpu-mem is 0.5; it counts GB, so write a whole number from 1 to 9999, such as 1.")]
    [InlineData("nvidia.com/mig-1g.10gb", "0", "Container main: nvidia.com/mig-1g.10gb is 0; it counts slices, so write a whole number from 1 to 1024, such as 1.")]
    [InlineData("nvidia.com/mig-1g.10gb", "1025", "Container main: nvidia.com/mig-1g.10gb is 1025; it counts slices, so write a whole number from 1 to 1024, such as 1024.")]
    [InlineData("nvidia.com/gpu-8gb", "-1", "Container main: nvidia.com/gpu-8gb is -1; it counts slices, so write a whole number from 1 to 1024, such as 10.")]
    [InlineData("nvidia.com/mig-banana", "1", "Container main: nvidia.com/mig-banana names no MIG profile; write one such as nvidia.com/mig-1g.10gb.")]
    [InlineData("nvidia.com/mig-9g.11gb", "1", "Container main: nvidia.com/mig-9g.11gb is no profile of any GPU known here; write one of nvidia.com/mig-1g.10gb, nvidia.com/mig-1g.20gb, nvidia.com/mig-2g.20gb, nvidia.com/mig-3g.40gb, nvidia.com/mig-4g.40gb, nvidia.com/mig-7g.80gb.")]
    [InlineData("nvidia.com/gpu-0gb", "1", "Container main: nvidia.com/gpu-0gb names no MPS share; write one such as nvidia.com/gpu-10gb.")]
    [InlineData("nvidia.com/gpu-10GB", "1", "Container main: nvidia.com/gpu-10GB names no MPS share; write one such as nvidia.com/gpu-10gb.")]
    [InlineData("nvidia.com/gpu-80gb", "1", "Container main: nvidia.com/gpu-80gb is larger than any GPU of the cluster; write nvidia.com/gpu-79gb or less.")]
    public void Says_what_to_write_instead_of_an_amount_or_name_that_cannot_be(string key, string amount, string sentence) =>
        Assert.Equal(sentence, Webhook.Default.Denial(Pods.With((key, amount))));

    [Theory]
    [InlineData("101", "such as 100.")]
    [InlineData("0", "such as 1.")]
    [InlineData("33.3", "such as 34.")]
    public void Refuses_compute_that_is_no_whole_percentage(string amount, string end)
    {
        var sentence = Webhook.Default.Denial(Pods.With(("nos.nebuly.com/gpu-memory", "10"), ("nos.nebuly.com/gpu-compute", amount)));

        Assert.StartsWith($"Container main: nos.nebuly.com/gpu-compute is {amount}; it counts percent of one GPU,", sentence, StringComparison.Ordinal);
        Assert.EndsWith(end, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nos.nebuly.com/gpu-memory", "nvidia.com/gpumem", "nos.nebuly.com/gpu-memory, nvidia.com/gpumem")]
    [InlineData("nos.nebuly.com/gpu-memory", "nvidia.com/gpu", "nos.nebuly.com/gpu-memory, nvidia.com/gpu")]
    [InlineData("nos.nebuly.com/gpu-memory", "nvidia.com/mig-1g.10gb", "nos.nebuly.com/gpu-memory, nvidia.com/mig-1g.10gb")]
    [InlineData("aliyun.com/gpu-mem", "nvidia.com/gpu-8gb", "aliyun.com/gpu-mem, nvidia.com/gpu-8gb")]
    [InlineData("nvidia.com/gpu", "nvidia.com/mig-1g.10gb", "nvidia.com/mig-1g.10gb, nvidia.com/gpu")]
    public void Refuses_a_container_that_asks_in_several_ways(string one, string other, string listed) =>
        Assert.Equal($"Container main asks for GPUs in several ways ({listed}); keep one of them.", Webhook.Default.Denial(Pods.With((one, "1"), (other, "1"))));

    [Fact]
    public void Refuses_an_annotation_beside_a_resource_of_the_first_container_but_not_of_another()
    {
        Assert.Equal(
            "Container main asks for GPUs in several ways (nos.nebuly.com/gpu-memory, annotation gpu-fraction); keep one of them.",
            Webhook.Default.Denial(Pods.With(("nos.nebuly.com/gpu-memory", "10")).Annotated("gpu-fraction", "0.5")));

        Webhook.Default.Create(Pods.Of(Pods.Container("first"), Pods.Container("main", ("nos.nebuly.com/gpu-memory", "10"))).Annotated("gpu-fraction", "0.5"));
    }

    [Fact]
    public void Refuses_more_than_one_GPU_beside_a_part_of_one() => Assert.Equal(
        "Container main asks for 2 nvidia.com/gpu beside nvidia.com/gpumem; a container gets one slice, so write nvidia.com/gpu: 1 and use more containers.",
        Webhook.Default.Denial(Pods.With(("nvidia.com/gpu", "2"), ("nvidia.com/gpumem", "3000"))));

    [Fact]
    public void Refuses_memory_that_is_said_twice()
    {
        Assert.Equal(
            "Container main says its memory twice, as nvidia.com/gpumem and as nvidia.com/gpumem-percentage; keep one of them.",
            Webhook.Default.Denial(Pods.With(("nvidia.com/gpumem", "3000"), ("nvidia.com/gpumem-percentage", "30"))));
        Assert.Equal(
            "The pod has both annotations gpu-fraction and gpu-memory; keep one of them.",
            Webhook.Default.Denial(Pods.With().Annotated("gpu-fraction", "0.5").Annotated("gpu-memory", "1024")));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1.01")]
    [InlineData("-0.5")]
    [InlineData("half")]
    [InlineData("")]
    public void Refuses_a_part_that_is_none(string written) => Assert.Equal(
        $"Annotation gpu-fraction is {written}; write a part of one GPU, above 0 and at most 1, such as 0.5.",
        Webhook.Default.Denial(Pods.With().Annotated("gpu-fraction", written)));

    [Fact]
    public void Refuses_an_annotation_that_is_no_whole_number_of_MiB() => Assert.Equal(
        "Container main: annotation gpu-memory is 10Gi; it counts MiB, so write a whole number from 1 to 10238976, such as 10.",
        Webhook.Default.Denial(Pods.With().Annotated("gpu-memory", "10Gi")));

    [Fact]
    public void Refuses_limits_and_requests_that_differ()
    {
        var pod = Pods.With(("nos.nebuly.com/gpu-memory", "10"));
        pod.Container()["resources"]!["requests"]!["nos.nebuly.com/gpu-memory"] = "20";

        Assert.Equal("Container main: nos.nebuly.com/gpu-memory differs between limits and requests; write it in limits only.", Webhook.Default.Denial(pod));
    }

    [Fact]
    public void Refuses_an_unknown_mode() => Assert.Equal(
        "Annotation nos.nebuly.com/gpu-partitioning is fast; write mig or mps.",
        Webhook.Default.Denial(Pods.With(("nos.nebuly.com/gpu-memory", "10")).Annotated("nos.nebuly.com/gpu-partitioning", "fast")));

    [Fact]
    public void Says_in_which_mode_there_is_not_so_much() => Assert.Equal(
        "Container main asks for 30 GB of GPU memory in mode mps, more than any GPU of the cluster has; ask for 21 GB or less.",
        Webhook.Default.Denial(Pods.With(("nos.nebuly.com/gpu-memory", "30")).Annotated("nos.nebuly.com/gpu-partitioning", "mps")));

    [Fact]
    public void Measures_by_the_catalogue_while_the_cluster_has_no_GPU()
    {
        Assert.Equal(
            "Container main asks for 300 GB of GPU memory, more than any GPU has; ask for 278 GB or less.",
            Webhook.Default.On().Denial(Pods.With(("nos.nebuly.com/gpu-memory", "300"))));
        Assert.Equal(
            "Container main: nvidia.com/gpu-300gb is larger than any GPU; write nvidia.com/gpu-276gb or less.",
            Webhook.Default.On().Denial(Pods.With(("nvidia.com/gpu-300gb", "1"))));
    }

    [Fact]
    public void Refuses_MIG_and_MPS_in_one_pod() => Assert.Equal(
        "The pod names MIG instances and MPS shares; a node has only one kind, so name one kind or use two pods.",
        Webhook.Default.Denial(Pods.Of(Pods.Container("a", ("nvidia.com/mig-1g.10gb", "1")), Pods.Container("b", ("nvidia.com/gpu-8gb", "1")))));

    [Theory]
    [InlineData("NVIDIA_VISIBLE_DEVICES", "nvidia.com/mig-1g.10gb")]
    [InlineData("CUDA_MPS_PINNED_DEVICE_MEM_LIMIT", "nos.nebuly.com/gpu-memory")]
    [InlineData("CUDA_MPS_PIPE_DIRECTORY", "nvidia.com/gpu-10gb")]
    [InlineData("NOS_MPS_SHARES", "nvidia.com/gpu-10gb")]
    public void Refuses_a_slice_pod_that_opens_GPUs_itself(string variable, string resource)
    {
        var pod = Pods.Of(Pods.Container("main", (resource, "1")), Pods.Container("side").Env(variable, "all"));

        Assert.Equal($"Container side sets {variable} itself; in a pod with GPU slices the device plugin sets it, so leave it out.", Webhook.Default.Denial(pod));
    }

    [Fact]
    public void Refuses_a_percentage_variable_that_contradicts_the_request() => Assert.Equal(
        "Container main asks for 30 % of a GPU's compute but sets CUDA_MPS_ACTIVE_THREAD_PERCENTAGE to 50; leave the variable out.",
        Webhook.Default.Denial(Pods.Of(Pods.Container("main", ("nos.nebuly.com/gpu-memory", "4"), ("nos.nebuly.com/gpu-compute", "30"))
            .Env("CUDA_MPS_ACTIVE_THREAD_PERCENTAGE", "50"))));

    [Fact]
    public void Judges_init_containers_like_the_others() => Assert.StartsWith(
        "Container prepare: nos.nebuly.com/gpu-memory is 0;",
        Webhook.Default.Denial(Pods.With(("cpu", "1")).Spec("initContainers", new JsonArray(Pods.Container("prepare", ("nos.nebuly.com/gpu-memory", "0"))))),
        StringComparison.Ordinal);
}
