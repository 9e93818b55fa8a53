using Nos.Scheduling.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Nvml;

public sealed class PciNumaTests : IDisposable
{
    private readonly string devices = Directory.CreateTempSubdirectory("nos-").FullName;

    [Theory]
    [InlineData("0000:c7:00.0", "1\n", "00000000:C7:00.0", 1)]
    [InlineData("0000:07:00.0", "0\n", "00000000:07:00.0", 0)]
    [InlineData("0000:07:00.0", "-1\n", "00000000:07:00.0", null)]
    [InlineData("0000:07:00.0", "?", "00000000:07:00.0", null)]
    [InlineData("0000:08:00.0", "1\n", "00000000:07:00.0", null)]
    public void Linux_tells_the_node_of_a_device_or_that_it_has_none(string device, string says, string busId, int? node)
    {
        Directory.CreateDirectory(Path.Combine(devices, device));
        File.WriteAllText(Path.Combine(devices, device, "numa_node"), says);

        Assert.Equal(node, PciNuma.NodeOf(busId, devices));
    }

    public void Dispose() => Directory.Delete(devices, recursive: true);
}
