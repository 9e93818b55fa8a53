using Nos.Scheduling.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Nvml;

public sealed class ProfileNamingTests
{
    [Theory]
    [InlineData(0, 1, 9728, 81920, "1g.10gb")]
    [InlineData(9, 1, 19968, 81920, "1g.20gb")]
    [InlineData(4, 7, 80640, 81920, "7g.80gb")]
    [InlineData(7, 1, 9984, 81559, "1g.10gb+me")]
    [InlineData(0, 1, 5952, 24576, "1g.6gb")]
    [InlineData(8, 2, 11968, 24576, "2g.12gb+me")]
    [InlineData(0, 1, 20992, 183359, "1g.23gb")]
    [InlineData(2, 3, 71168, 143771, "3g.71gb")]
    [InlineData(15, 1, 24192, 97887, "1g.24gb+me.all")]
    [InlineData(13, 1, 24192, 97887, "1g.24gb-me")]
    [InlineData(12, 4, 97280, 97887, "4g.96gb+gfx")]
    public void Names_a_profile_as_nvidia_smi_does(uint enumerator, int slices, ulong memoryMiB, ulong totalMiB, string name) =>
        Assert.Equal(name, ProfileNaming.Name(enumerator, slices, memoryMiB, totalMiB << 20));

    [Theory]
    [InlineData("MIG 1g.10gb+me", "1g.10gb+me")]
    [InlineData("1g.10gb", "1g.10gb")]
    [InlineData("MIG something new", null)]
    [InlineData("", null)]
    public void Takes_the_drivers_name_where_it_can_be_read(string told, string? name) => Assert.Equal(name, ProfileNaming.Stripped(told));
}
