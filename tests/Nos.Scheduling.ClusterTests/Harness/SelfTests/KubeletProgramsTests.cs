namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class KubeletProgramsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public void Where_a_kubelet_is_and_root_runs_the_tests_nothing_is_skipped() => Assert.Null(WhyNone(Filled(), isRoot: true));

    [Fact]
    public void Without_a_kubelet_the_reason_says_what_to_run() =>
        Assert.Contains("bash tests/run.sh --prepare", WhyNone(_scratch.Path, isRoot: true), StringComparison.Ordinal);

    [Fact]
    public void Who_is_not_root_is_told_so() => Assert.Equal("no kubelet: only root can run one", WhyNone(Filled(), isRoot: false));

    [Fact]
    public void What_run_sh_found_out_about_the_machine_is_the_reason() =>
        Assert.Equal("no kubelet: there are no cgroups", WhyNone(Filled(), isRoot: true, refusal: "there are no cgroups"));

    private static string? WhyNone(string folder, bool isRoot, string? refusal = null) => KubeletPrograms.WhyNone(
        variable => variable switch
        {
            "NOS_KUBELET" => folder,
            "NOS_NO_KUBELET" => refusal,
            _ => null,
        },
        isRoot);

    private string Filled()
    {
        File.WriteAllText(_scratch.File("img", "work.tar"), "");
        return _scratch.Path;
    }
}
