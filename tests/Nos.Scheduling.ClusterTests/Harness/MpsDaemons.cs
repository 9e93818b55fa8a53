namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The supervisor of MPS daemons as a process, with the stand-in for NVIDIA's daemon (<c>tests/mps-double</c>).</summary>
public sealed class MpsDaemons : IAsyncDisposable
{
    private readonly ChildProcess _supervisor;

    private MpsDaemons(ChildProcess supervisor, IReadOnlyList<(string Variable, string Value)> environment) => (_supervisor, Environment) = (supervisor, environment);

    /// <summary>What an agent's environment must hold to find these GPUs and to speak to their daemons.</summary>
    public IReadOnlyList<(string Variable, string Value)> Environment { get; }

    public static async Task<MpsDaemons> Of(GpuMachine gpus, string root)
    {
        var built = Path.Combine(AppContext.BaseDirectory, "mps-double");
        await using (var build = await ChildProcess.Run(new ChildCommand("mps-double", "bash", [Path.Combine(RepositoryLayout.Root, "tests", "mps-double", "build.sh"), built])))
        {
            Assert.True(build.ExitCode == 0, build.Tail());
        }

        IReadOnlyList<(string Variable, string Value)> environment = [.. gpus.Environment, ("PATH", $"{built}:{System.Environment.GetEnvironmentVariable("PATH")}")];
        var command = ChildCommand.Agent("mps", "--mps-root", root).Called("mps");
        return new MpsDaemons(ChildProcess.Start(environment.Aggregate(command, (so, set) => so.With(set.Variable, set.Value))), environment);
    }

    public string Tail() => _supervisor.Tail();

    /// <summary>Told to end, it ends the daemons that nobody uses: there should be no others by now.</summary>
    public async ValueTask DisposeAsync()
    {
        await _supervisor.Terminate();
        await _supervisor.DisposeAsync();
    }
}
