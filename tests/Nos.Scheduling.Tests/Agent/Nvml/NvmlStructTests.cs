using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Nos.Scheduling.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>The layouts that gcc gives nvml.h on x86-64.</summary>
public sealed class NvmlStructTests
{
    [Fact]
    public void Structs_have_the_sizes_that_the_library_writes()
    {
        Assert.Equal(8, Unsafe.SizeOf<InstancePlacement>());
        Assert.Equal(48, Unsafe.SizeOf<GpuInstanceProfileV1>());
        Assert.Equal(152, Unsafe.SizeOf<GpuInstanceProfileV2>());
        Assert.Equal(152, Unsafe.SizeOf<GpuInstanceProfileV3>());
        Assert.Equal(24, Unsafe.SizeOf<GpuInstanceRecord>());
        Assert.Equal(36, Unsafe.SizeOf<ComputeInstanceProfile>());
        Assert.Equal(32, Unsafe.SizeOf<ComputeInstanceRecord>());
        Assert.Equal(24, Unsafe.SizeOf<DeviceMemory>());
        Assert.Equal(40, Unsafe.SizeOf<DeviceMemoryV2>());
        Assert.Equal(68, Unsafe.SizeOf<PciAddress>());
        Assert.Equal(24, Unsafe.SizeOf<DeviceProcess>());
        Assert.Equal(32, Unsafe.SizeOf<EventRecord>());
    }

    [Theory]
    [InlineData(typeof(GpuInstanceProfileV1), "Id 0, IsP2pSupported 4, SliceCount 8, InstanceCount 12, MultiprocessorCount 16, CopyEngineCount 20, DecoderCount 24, EncoderCount 28, JpegCount 32, OfaCount 36, MemorySizeMiB 40")]
    [InlineData(typeof(GpuInstanceProfileV2), "Version 0, Id 4, IsP2pSupported 8, SliceCount 12, InstanceCount 16, MultiprocessorCount 20, MemorySizeMiB 48, Name 56")]
    [InlineData(typeof(GpuInstanceProfileV3), "Version 0, Id 4, SliceCount 8, InstanceCount 12, MultiprocessorCount 16, MemorySizeMiB 40, Name 48, Capabilities 144")]
    [InlineData(typeof(GpuInstanceRecord), "Device 0, Id 8, ProfileId 12, Placement 16")]
    [InlineData(typeof(ComputeInstanceRecord), "Device 0, GpuInstance 8, Id 16, ProfileId 20, Placement 24")]
    [InlineData(typeof(DeviceMemoryV2), "Version 0, Total 8, Reserved 16, Free 24, Used 32")]
    [InlineData(typeof(PciAddress), "BusIdLegacy 0, Domain 16, Bus 20, Device 24, PciDeviceId 28, PciSubSystemId 32, BusId 36")]
    [InlineData(typeof(EventRecord), "Device 0, Type 8, Payload 16, GpuInstanceId 24, ComputeInstanceId 28")]
    [InlineData(typeof(DeviceProcess), "Pid 0, UsedGpuMemory 8, GpuInstanceId 16, ComputeInstanceId 20")]
    public void Fields_lie_where_the_library_writes_them(Type type, string offsets) => Assert.All(
        offsets.Split(", ").Select(field => field.Split(' ')),
        field => Assert.Equal(int.Parse(field[1]), (int)Marshal.OffsetOf(type, field[0])));
}
