using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Tests.Server.Options;

public sealed class LaunchDecisionTests
{
    [Theory]
    [InlineData("--kubeconfig a", "KUBECONFIG=b", "Kubeconfig { Path = a }")]
    [InlineData("", "KUBECONFIG=b KUBERNETES_SERVICE_HOST=c", "Kubeconfig { Path = b }")]
    [InlineData("", "KUBERNETES_SERVICE_HOST=c", "InCluster { }")]
    [InlineData("--listen 0.0.0.0:8080", "KUBERNETES_SERVICE_HOST=c", "InCluster { }")]
    [InlineData("", "", "Embedded { Asked = False }")]
    [InlineData("", "KUBECONFIG=", "Embedded { Asked = False }")]
    [InlineData("--listen 127.0.0.1:9000 --listen-extender localhost:1 --listen-admission [::1]:2", "", "Embedded { Asked = False }")]
    [InlineData("--embedded", "", "Embedded { Asked = True }")]
    [InlineData("--embedded", "KUBECONFIG=b KUBERNETES_SERVICE_HOST=c", "Embedded { Asked = True }")]
    [InlineData("--embedded --listen 0.0.0.0:8080", "", "Embedded { Asked = True }")]
    [InlineData("--embedded=false", "KUBERNETES_SERVICE_HOST=c", "InCluster { }")]
    public void Takes_a_real_cluster_where_one_is_named_and_simulates_only_on_loopback(string line, string environment, string expected) =>
        Assert.Equal(expected, Decide(line, environment).ToString());

    [Theory]
    [InlineData("--listen 0.0.0.0:8080", "--listen http://0.0.0.0:8080")]
    [InlineData("--listen-extender 10.0.0.1:1", "--listen-extender https://10.0.0.1:1")]
    [InlineData("--listen-extender 0.0.0.0:8444", "--listen-extender https://0.0.0.0:8444")]
    [InlineData("--listen-admission [::]:2", "--listen-admission https://[::]:2")]
    public void Never_simulates_by_accident(string line, string named) =>
        Assert.Contains($"{named} reaches beyond this machine", Assert.IsType<Launch.Refused>(Decide(line, "")).Sentence, StringComparison.Ordinal);

    private static Launch Decide(string line, string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var outcome = ServerFlags.Set.Read(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), _ => null, path => throw new FileNotFoundException(path));
        return LaunchDecision.Decide(Assert.IsType<FlagOutcome<GivenOptions<ServerOptions>>.Run>(outcome).With.Options, variables.GetValueOrDefault);
    }
}
