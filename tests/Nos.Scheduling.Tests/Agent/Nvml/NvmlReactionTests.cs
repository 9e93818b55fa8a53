using Nos.Scheduling.Agent.Nvml;

namespace Nos.Scheduling.Tests.Agent.Nvml;

public sealed class NvmlReactionTests
{
    [Theory]
    [InlineData("nvmlInit_v2", 12, "ReopenSession", "NvmlNotFound")]
    [InlineData("nvmlInit_v2", 9, "ReopenSession", "DriverNotLoaded")]
    [InlineData("nvmlInit_v2", 4, "RetrySlice", "NoPermission")]
    [InlineData("nvmlDeviceGetMigMode", 1, "ReopenSession", "DriverReloaded")]
    [InlineData("nvmlDeviceGetMigMode", 18, "RestartProcess", "DriverMismatch")]
    [InlineData("nvmlDeviceGetMigMode", 15, "DistrustGpu", "GpuLost")]
    [InlineData("nvmlDeviceGetMigMode", 16, "DistrustGpu", "GpuResetRequired")]
    [InlineData("nvmlDeviceGetMigMode", 999, "DistrustGpu", "GpuFailed")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 23, "RetrySlice", "NoRoom")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 3, "RetrySlice", "NotSupported")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 4, "RetrySlice", "NoPermission")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 19, "RetrySlice", "GpuInUse")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 2, "RetrySlice", "NotAllowed")]
    [InlineData("nvmlDeviceCreateGpuInstanceWithPlacement", 13, "RetrySlice", "DriverTooOld")]
    [InlineData("nvmlGpuInstanceDestroy", 19, "RetrySlice", "GpuInUse")]
    [InlineData("nvmlGpuInstanceDestroy", 20, "RetrySlice", "DriverFailed")]
    public void Every_code_has_its_reaction(string call, int code, string remedy, string reason)
    {
        var reaction = NvmlReaction.To(new NvmlException(call, (NvmlReturn)code));

        Assert.Equal((remedy, reason), (reaction.Remedy.ToString(), reaction.Reason));
        Assert.EndsWith(".", reaction.Advice);
    }

    [Theory]
    [InlineData(19, "nvmlX: NVML_ERROR_IN_USE (19)")]
    [InlineData(18, "nvmlX: NVML_ERROR_LIB_RM_VERSION_MISMATCH (18)")]
    [InlineData(15, "nvmlX: NVML_ERROR_GPU_IS_LOST (15)")]
    [InlineData(4711, "nvmlX: NVML_ERROR_UNKNOWN (4711)")]
    public void A_failure_is_named_as_the_header_names_it(int code, string message) => Assert.Equal(message, new NvmlException("nvmlX", (NvmlReturn)code).Message);

    [Fact]
    public void Who_holds_a_GPU_and_who_runs_on_an_instance_are_told_apart()
    {
        Assert.Contains("DCGM", NvmlReaction.To(new NvmlException("nvmlDeviceCreateGpuInstanceWithPlacement", NvmlReturn.InUse)).Advice);
        Assert.Contains("process", NvmlReaction.To(new NvmlException("nvmlComputeInstanceDestroy", NvmlReturn.InUse)).Advice);
    }
}
