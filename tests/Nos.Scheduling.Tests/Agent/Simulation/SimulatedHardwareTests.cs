using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Agent.Simulation;

public sealed class SimulatedHardwareTests
{
    [Theory]
    [InlineData("NVIDIA-A30", "4", "NVIDIA-A30", 4)]
    [InlineData("NVIDIA-A30", null, "NVIDIA-A30", 8)]
    [InlineData(null, "2", "NVIDIA-A100-SXM4-80GB", 2)]
    [InlineData(null, null, "NVIDIA-A100-SXM4-80GB", 8)]
    [InlineData("A100-SXM4-80GB", "1", "NVIDIA-A100-SXM4-80GB", 1)]
    public void Labels_say_which_GPUs_there_are_and_the_flag_where_they_do_not(string? product, string? count, string expected, int number)
    {
        var hardware = Of(product, count);

        Assert.Null(hardware.Trouble);
        Assert.Equal((expected, number), (hardware.Model?.Product, hardware.Count));
    }

    [Theory]
    [InlineData("NVIDIA-A30", "banana", "GpuCountInvalid", "'banana'; write how many GPUs it has")]
    [InlineData("NVIDIA-A30", "0", "GpuCountInvalid", "a number from 1 to 64")]
    [InlineData("NVIDIA-A30", "-1", "GpuCountInvalid", "nvidia.com/gpu.count")]
    [InlineData("NVIDIA-A30", "65", "GpuCountInvalid", "'65'")]
    [InlineData("NVIDIA-A30", "", "GpuCountInvalid", "''")]
    [InlineData("NVIDIA-Banana", "1", "GpuProductUnknown", "no GPU 'NVIDIA-Banana'; write a product such as")]
    [InlineData("", "1", "GpuProductUnknown", "nvidia.com/gpu.product")]
    public void Nonsense_is_answered_with_what_to_write(string product, string count, string reason, string message)
    {
        var trouble = Of(product, count).Trouble;

        Assert.Equal(reason, trouble?.Reason);
        Assert.Contains(message, trouble?.Message, StringComparison.Ordinal);
    }

    private static SimulatedHardware Of(string? product, string? count)
    {
        var labels = new Dictionary<string, string>();
        _ = product is not null && labels.TryAdd("nvidia.com/gpu.product", product);
        _ = count is not null && labels.TryAdd("nvidia.com/gpu.count", count);
        return SimulatedHardware.Of(new ObjectMeta { Labels = labels }, new SimulatedGpus(8, Draw.A100));
    }
}
