using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

/// <summary>Section 20 of the scenarios of nos, and what it has wrong: shares of MPS count (D-Q5), so does overhead (D-Q12).</summary>
public sealed class QuotaRequestsTests
{
    [Theory]
    [InlineData("cpu=2 memory=1Gi", 8, 0)]
    [InlineData("nvidia.com/gpu=2", 8, 16)]
    [InlineData("nvidia.com/gpu=2 foo/1g32gb=2 nvidia.com/mig-2g.32gb=3", 8, 112)]
    [InlineData("nvidia.com/gpu=1 nvidia.com/mig-1g.10gb=1", 32, 42)]
    [InlineData("nvidia.com/gpu-10gb=1 nvidia.com/gpu-5gb=2", 32, 20)]
    [InlineData("nvidia.com/gpu=9223372036854775807", 1024, long.MaxValue)]
    public void Gpu_memory_is_that_of_slices_and_shares_and_whole_GPUs(string asked, int perGpu, long gpuMemory) =>
        Assert.Equal(gpuMemory, QuotaRequests.Of(PodDemands.Of(Pod([asked])), perGpu)["nos.nebuly.com/gpu-memory"]);

    [Fact]
    public void Every_resource_counts_under_its_own_name_in_its_own_unit()
    {
        var request = QuotaRequests.Of(PodDemands.Of(Pod(["cpu=500m memory=1Gi ephemeral-storage=2Gi example.com/fpga=3 nvidia.com/mig-1g.10gb=2", "cpu=1 nvidia.com/gpu=1"])), 16);

        Assert.Equal(
            "cpu 1500, ephemeral-storage 2147483648, example.com/fpga 3, memory 1073741824, nos.nebuly.com/gpu-memory 36, nvidia.com/gpu 1, nvidia.com/mig-1g.10gb 2, pods 1",
            request.ToString());
    }

    [Fact]
    public void What_init_containers_use_before_the_others_counts_once()
    {
        var pod = Pod(["cpu=2 memory=1Gi", "cpu=1 memory=1Gi nvidia.com/gpu-10gb=1"], ["cpu=2 memory=1Gi", "cpu=2 memory=3Gi nvidia.com/gpu-10gb=2"]);

        var request = QuotaRequests.Of(PodDemands.Of(pod), 32);

        Assert.Equal((3000, 3L << 30, 20), (request["cpu"], request["memory"], request["nos.nebuly.com/gpu-memory"]));
    }

    [Fact]
    public void Overhead_counts()
    {
        var pod = Pod(["cpu=1"]);
        pod = pod with { Spec = pod.Spec with { Overhead = new() { ["cpu"] = new("250m"), ["memory"] = new("64Mi") } } };

        var request = QuotaRequests.Of(PodDemands.Of(pod), 32);

        Assert.Equal((1250, 64L << 20), (request["cpu"], request["memory"]));
    }

    private static PodDocument Pod(string[] containers, string[]? init = null) => new()
    {
        Metadata = new ObjectMeta { Name = "p", Namespace = "team", Uid = "uid" },
        Spec = new PodSpec { Containers = [.. containers.Select(Container)], InitContainers = init?.Select(Container).ToArray() },
    };

    private static Container Container(string asked)
    {
        var amounts = asked.Split(' ').Select(amount => amount.Split('=')).ToDictionary(amount => amount[0], amount => new Quantity(amount[1]));
        return new Container { Name = "c", Resources = new ContainerResources { Requests = amounts, Limits = amounts } };
    }
}
