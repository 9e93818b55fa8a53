namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class RestartTests
{
    [Fact]
    public async Task A_private_plane_comes_back_on_its_port_with_its_data()
    {
        await using var plane = await ControlPlane.Start();
        await using var scope = await plane.Scope("restart");

        await plane.StopApiServer();
        await Assert.ThrowsAsync<HttpRequestException>(() => plane.Admin.GetText("/readyz"));
        await plane.StopEtcd();
        await plane.StartEtcd();
        await plane.StartApiServer();

        Assert.NotNull(await plane.Admin.Find(ApiPaths.Namespace(scope.Namespace)));
    }

    [Fact]
    public async Task Two_planes_live_side_by_side_and_leave_nothing_behind()
    {
        string folder;
        int apiServer;
        await using (var one = await ControlPlane.Start())
        {
            await using var two = await ControlPlane.Start();
            (folder, apiServer) = (Path.GetDirectoryName(two.LogFolder)!, two.ApiServer.Id);
            await using var scope = await two.Scope("only-here");

            Assert.Null(await one.Admin.Find(ApiPaths.Namespace(scope.Namespace)));
            Assert.True(Directory.Exists($"/proc/{apiServer}"));
        }

        Assert.False(Directory.Exists(folder));
        Assert.False(Directory.Exists($"/proc/{apiServer}"));
    }

    [Fact]
    public async Task A_plane_that_cannot_start_says_what_it_printed()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => ControlPlane.Start("--no-such-flag"));

        Assert.Contains("kube-apiserver ended with code", failure.Message, StringComparison.Ordinal);
        Assert.Contains("unknown flag: --no-such-flag", failure.Message, StringComparison.Ordinal);
    }
}
