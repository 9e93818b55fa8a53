namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class BinariesTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void A_missing_control_plane_is_a_failure_that_says_what_to_run()
    {
        var failure = Assert.Throws<FileNotFoundException>(() => Find(assets: null));

        Assert.Contains("bash tests/run.sh --prepare", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assets_without_a_scheduler_give_way_to_the_cache()
    {
        var cache = Fill("cache/nos-scheduling/control-plane/bin", "etcd", "kube-apiserver", "kube-scheduler");
        var assets = Fill("assets", "etcd", "kube-apiserver", "kubectl");

        Assert.Equal(cache, Find(assets).Folder);
    }

    [Fact]
    public void Complete_assets_come_first()
    {
        Fill("cache/nos-scheduling/control-plane/bin", "etcd", "kube-apiserver", "kube-scheduler");
        var assets = Fill("assets", "etcd", "kube-apiserver", "kube-scheduler");

        Assert.Equal(assets, Find(assets).Folder);
    }

    private Binaries Find(string? assets) => Binaries.Find(variable => variable switch
    {
        "KUBEBUILDER_ASSETS" => assets,
        "XDG_CACHE_HOME" => Path.Combine(_scratch.Path, "cache"),
        _ => null,
    });

    private string Fill(string folder, params string[] programs)
    {
        foreach (var program in programs)
        {
            File.WriteAllText(_scratch.File(folder, program), "");
        }

        return Path.Combine(_scratch.Path, folder);
    }
}
