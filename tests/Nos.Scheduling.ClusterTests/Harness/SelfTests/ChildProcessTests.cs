namespace Nos.Scheduling.ClusterTests.Harness.SelfTests;

public sealed class ChildProcessTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Fact]
    public async Task A_child_dies_with_the_host_that_started_it()
    {
        var self = typeof(HostProgram).Assembly.Location;
        await using var host = ChildProcess.Start(ChildCommand.Dotnet("host", self, "hold", "sleep", "600").LoggingTo(_scratch.Path));
        var held = int.Parse((await host.WaitForLine("holding ")).Split(' ')[1]);
        Assert.Contains("sleep", await File.ReadAllTextAsync($"/proc/{held}/cmdline"), StringComparison.Ordinal);

        await host.Kill();

        await Polling.Until("the held child is gone", () => Task.FromResult(!IsAlive(held)));
    }

    [Fact]
    public async Task Its_exit_code_and_both_streams_are_kept_apart()
    {
        await using var child = await ChildProcess.Run(Shell("echo out; echo err >&2; exit 7"));

        Assert.Equal(7, child.ExitCode);
        Assert.Equal(["out"], child.OutputLines);
        Assert.Equal(["err"], child.ErrorLines);
        Assert.Equal(2, (await File.ReadAllLinesAsync(child.LogFile)).Length);
    }

    [Fact]
    public async Task Waiting_for_a_line_ends_when_the_process_does_and_shows_its_last_words()
    {
        await using var child = ChildProcess.Start(Shell("echo last words; exit 3"));

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => child.WaitForLine("never printed"));

        Assert.Contains("ended with code 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("last words", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_termination_lets_it_finish_its_work()
    {
        await using var child = ChildProcess.Start(Shell("trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"));
        await child.WaitForLine("up");

        Assert.Equal(0, await child.Terminate());
        Assert.Contains("bye", child.OutputLines);
    }

    [Fact]
    public async Task A_paused_child_stands_still_until_it_is_resumed()
    {
        await using var child = ChildProcess.Start(Shell("while :; do echo tick; sleep 0.02; done"));
        await child.WaitForLine("tick");

        child.Pause();
        await Polling.Until("it is stopped", async () => await StateOf(child.Id) == 'T');
        child.Resume();

        await Polling.Until("it runs again", async () => await StateOf(child.Id) != 'T');
        Assert.False(child.HasExited);
    }

    [Fact]
    public async Task The_cluster_of_the_developer_is_kept_from_it()
    {
        Environment.SetEnvironmentVariable("NOS_FROM_OUTSIDE", "leaked");
        try
        {
            await using var child = await ChildProcess.Run(Shell("echo \"${NOS_FROM_OUTSIDE:-clean} $NOS_GIVEN\"").With("NOS_GIVEN", "given"));

            Assert.Equal(["clean given"], child.OutputLines);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NOS_FROM_OUTSIDE", null);
        }
    }

    [Theory]
    [InlineData("Nos.Scheduling.Server", null)]
    [InlineData("Nos.Scheduling.Agent", null)]
    [InlineData("Nos.Scheduling.Cli", "kubectl-nos")]
    public void The_programs_under_test_were_built_with_the_tests(string project, string? assembly) =>
        Assert.True(File.Exists(RepositoryLayout.Assembly(project, assembly)));

    private static async Task<char> StateOf(int processId)
    {
        var stat = await File.ReadAllTextAsync($"/proc/{processId}/stat");
        return stat[stat.LastIndexOf(')') + 2];
    }

    // A killed orphan may stay a zombie where process 1 does not reap it.
    private static bool IsAlive(int processId) =>
        Directory.Exists($"/proc/{processId}") && StateOf(processId).GetAwaiter().GetResult() is not ('Z' or 'X');

    private ChildCommand Shell(string script) => new ChildCommand("shell", "sh", ["-c", script]).LoggingTo(_scratch.Path);
}
