namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>GPUs behind the stand-in for NVIDIA's library (<c>tests/nvml-double</c>): they outlive every agent that drives them.</summary>
public sealed class GpuMachine : IDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly List<string> _control = [];

    private GpuMachine(IEnumerable<string> layouts) => File.WriteAllLines(
        Path.Combine(_scratch.Path, "gpus"),
        layouts.Select(layout => layout.Split(' ') is ["off", var off] ? $"off {Layout(off)}" : Layout(layout)));

    public string Folder => _scratch.Path;

    /// <summary>What an agent's environment must hold to find these GPUs.</summary>
    public IReadOnlyList<(string Variable, string Value)> Environment => [("NVML_DOUBLE", _scratch.Path), ("LD_LIBRARY_PATH", Path.Combine(Built, "current"))];

    /// <summary>The calls so far, each with its GPU: <c>nvmlGpuInstanceDestroy 0</c>.</summary>
    public IReadOnlyList<string> Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    private static string Sources => Path.Combine(RepositoryLayout.Root, "tests", "nvml-double");

    private static string Built => Path.Combine(AppContext.BaseDirectory, "nvml-double");

    private string CallsFile => Path.Combine(_scratch.Path, "calls");

    /// <param name="layouts">Of each GPU, such as <c>A100-80GB</c>; see <c>tests/nvml-double/layouts</c>. <c>off A100-80GB</c> has MIG mode off.</param>
    public static async Task<GpuMachine> With(params string[] layouts)
    {
        await using var build = await ChildProcess.Run(new ChildCommand("nvml-double", "bash", [Path.Combine(Sources, "build.sh"), Built]));
        Assert.True(build.ExitCode == 0, build.Tail());
        return new GpuMachine(layouts);
    }

    public void ForgetCalls() => File.Delete(CallsFile);

    /// <summary>Adds a line to the control file; see <c>tests/nvml-double/control.c</c>.</summary>
    public void Says(string line)
    {
        _control.Add(line);
        Write();
    }

    /// <summary>Takes a line out again.</summary>
    public void SaysNoMore(string line)
    {
        Assert.True(_control.Remove(line), $"\"{line}\" was not said");
        Write();
    }

    /// <summary>As a reboot does: nothing is on the GPUs any more. Only while no agent runs.</summary>
    public void Reboot() => File.Delete(Path.Combine(_scratch.Path, "machine"));

    public void Dispose() => _scratch.Dispose();

    private static string Layout(string name) => Path.Combine(Sources, "layouts", $"{name}.txt");

    private void Write()
    {
        // Replaced whole: a call that reads it half written would see another world.
        var next = Path.Combine(_scratch.Path, "control.new");
        File.WriteAllLines(next, _control);
        File.Move(next, Path.Combine(_scratch.Path, "control"), overwrite: true);
    }
}
