using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Gpus;

public sealed class SliceResourceTests
{
    [Theory]
    [InlineData("nvidia.com/mig-1g.10gb", "1g.10gb", 10)]
    [InlineData("nvidia.com/mig-1g.10gb.me", "1g.10gb+me", 10)]
    [InlineData("nvidia.com/mig-1g.24gb.me.all", "1g.24gb+me.all", 24)]
    [InlineData("nvidia.com/mig-2g.48gb-me", "2g.48gb-me", 48)]
    [InlineData("nvidia.com/mig-2g.48gb.gfx", "2g.48gb+gfx", 48)]
    [InlineData("nvidia.com/gpu-10gb", null, 10)]
    public void Reads_a_slice_and_writes_it_back(string name, string? profile, int memoryGB)
    {
        Assert.True(SliceResource.TryParse(name, out var slice));

        Assert.Equal(new SliceResource(profile, memoryGB), slice);
        Assert.Equal(name, slice.Name);
    }

    [Theory]
    [InlineData("nvidia.com/gpu")]
    [InlineData("nvidia.com/gpu-0gb")]
    [InlineData("nvidia.com/gpu-10gbx")]
    [InlineData("nvidia.com/gpu-010gb")]
    [InlineData("nvidia.com/gpu--1gb")]
    [InlineData("nvidia.com/mig-1g.10gb.mex")]
    [InlineData("xnvidia.com/mig-1g.10gb")]
    [InlineData("nvidia.com/mig-g.10gb")]
    [InlineData("nvidia.com/mig-0g.10gb")]
    [InlineData("nvidia.com/mig-1g.gb")]
    [InlineData("amd.com/gpu")]
    public void Takes_nothing_else_for_a_slice(string name) => Assert.False(SliceResource.TryParse(name, out _));
}
