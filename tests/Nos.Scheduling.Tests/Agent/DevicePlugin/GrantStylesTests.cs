using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Options;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class GrantStylesTests
{
    [Theory]
    [InlineData("v1.36.2", "containerd://2.1.0", "CdiDevices")]
    [InlineData("v1.28.0", "cri-o://1.28.1", "CdiDevices")]
    [InlineData("v1.27.9", "containerd://2.0.1", "CdiAnnotations")]
    [InlineData("v1.36.2", "containerd://1.7.20", "Env")]
    [InlineData("v1.20.2", "containerd://1.6.20~ds1", "Env")]
    [InlineData("v1.30.0", "docker://24.0.1", "Env")]
    [InlineData(null, null, "Env")]
    public void Of_itself_a_node_uses_cdi_where_that_is_on_without_anybodys_doing(string? kubelet, string? runtime, string style) =>
        Assert.Equal(Enum.Parse<GrantStyle>(style), GrantStyles.Choose(DeviceList.Auto, kubelet, runtime, out _));

    [Theory]
    [InlineData("v1.36.2", "containerd://1.7.20", "CdiDevices")]
    [InlineData("v1.28.0-eks-1", "containerd://1.7.2-k3s1", "CdiDevices")]
    [InlineData("v1.27.9", "containerd://1.7.20", "CdiAnnotations")]
    [InlineData(null, "cri-o://1.23.0", "CdiAnnotations")]
    public void Asked_for_cdi_is_used_wherever_the_runtime_can(string? kubelet, string runtime, string style) =>
        Assert.Equal(Enum.Parse<GrantStyle>(style), GrantStyles.Choose(DeviceList.Cdi, kubelet, runtime, out _));

    [Theory]
    [InlineData("containerd://1.6.20")]
    [InlineData("docker://24.0.1")]
    [InlineData(null)]
    public void A_node_whose_runtime_cannot_says_so_and_what_to_do(string? runtime)
    {
        Assert.Null(GrantStyles.Choose(DeviceList.Cdi, "v1.36.2", runtime, out var why));

        Assert.Contains(runtime ?? "unknown", why);
        Assert.Contains("--device-list env", why);
    }

    [Fact]
    public void Asked_for_the_variable_is_used_everywhere() =>
        Assert.Equal(GrantStyle.Env, GrantStyles.Choose(DeviceList.Env, "v1.36.2", "containerd://2.1.0", out _));
}
