namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

[Collection(ControlPlaneCollection.Name)]
public sealed class ToolsTests(SharedControlPlane shared)
{
    [Fact]
    public async Task Kubectl_talks_to_the_plane_with_a_kubeconfig_that_the_harness_issued()
    {
        var kubeconfig = shared.Plane.IssueClient("someone: \"odd\"", "system:masters");

        await using var kubectl = await ChildProcess.Run(
            new ChildCommand("kubectl", Tools.Kubectl, ["--kubeconfig", kubeconfig, "get", "namespace", "default", "-o", "name"])
                .LoggingTo(shared.Plane.LogFolder));

        Assert.Equal(0, kubectl.ExitCode);
        Assert.Equal(["namespace/default"], kubectl.OutputLines);
    }

    [Fact]
    public async Task A_connection_through_a_proxy_can_be_cut_and_comes_back()
    {
        using var proxy = new TcpProxy(shared.Plane.ApiServerPort);
        var kubeconfig = shared.Plane.IssueClientThrough(proxy, "watcher", "system:masters");
        await using var kubectl = ChildProcess.Start(
            new ChildCommand("kubectl-watch", Tools.Kubectl, ["--kubeconfig", kubeconfig, "get", "namespaces", "--watch", "-o", "name"])
                .LoggingTo(shared.Plane.LogFolder));
        await kubectl.WaitForLine("namespace/default");

        // The list alone proves no watch: cut before it begins, kubectl would open it on a new connection and go on for ever.
        await using var later = await shared.Plane.Scope("watched");
        await kubectl.WaitForLine($"namespace/{later.Namespace}");

        proxy.Cut();

        await kubectl.WaitForExit();
        await using var again = await ChildProcess.Run(
            new ChildCommand("kubectl", Tools.Kubectl, ["--kubeconfig", kubeconfig, "get", "namespaces", "-o", "name"])
                .LoggingTo(shared.Plane.LogFolder));
        Assert.Contains("namespace/default", again.OutputLines);
    }
}
