using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Cluster.Flags;

public sealed class ClusterAccessTests
{
    [Theory]
    [InlineData("flag", "variable", "10.0.0.1", "Kubeconfig { Path = flag }")]
    [InlineData(null, "variable", "10.0.0.1", "Kubeconfig { Path = variable }")]
    [InlineData(null, "", "10.0.0.1", "InCluster { }")]
    [InlineData(null, null, "10.0.0.1", "InCluster { }")]
    [InlineData(null, null, "", "Nowhere { }")]
    [InlineData(null, null, null, "Nowhere { }")]
    public void Asks_the_flag_then_KUBECONFIG_then_the_pod_itself(string? flag, string? kubeconfig, string? host, string expected) =>
        Assert.Equal(expected, ClusterAccess.Find(flag, name => name switch
        {
            "KUBECONFIG" => kubeconfig,
            "KUBERNETES_SERVICE_HOST" => host,
            _ => null,
        }).ToString());
}
