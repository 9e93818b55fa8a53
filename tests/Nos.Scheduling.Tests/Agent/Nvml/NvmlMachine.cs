using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Reconciling;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>A machine behind the NVML double: its GPUs outlive every driver that is opened on it.</summary>
internal sealed class NvmlMachine : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("nos-nvml-").FullName;
    private readonly List<string> control = [];
    private int boots;

    /// <param name="gpus">Layouts, such as <c>A100-80GB</c>; <c>off A100-80GB</c> has MIG mode off.</param>
    public NvmlMachine(params string[] gpus)
    {
        Reboot(gpus);
        NvmlDouble.Restart();
    }

    public string Folder => folder;

    /// <summary>The calls so far, as <c>nvmlInit_v2 -1</c>: name and GPU.</summary>
    public IReadOnlyList<string> Calls => File.Exists(Path.Combine(folder, "calls")) ? File.ReadAllLines(Path.Combine(folder, "calls")) : [];

    public void ForgetCalls() => File.Delete(Path.Combine(folder, "calls"));

    /// <summary>Adds lines to the control file; see tests/nvml-double/control.c.</summary>
    public void Says(params string[] lines)
    {
        control.AddRange(lines);
        Write();
    }

    public void SaysNo(string line)
    {
        Assert.True(control.Remove(line));
        Write();
    }

    public MigDriver Open(bool enableMig = false, bool watchesXids = false)
    {
        // Two machines in one test would be one and the same.
        NvmlDouble.Show(folder);
        return new MigDriver(new MigPermission(enableMig), NullLogger.Instance, watchesXids);
    }

    /// <summary>These GPUs are in the machine and nothing is on them. The UUIDs are those of before.</summary>
    public void Reboot(params string[] gpus)
    {
        File.Delete(Path.Combine(folder, "machine"));
        File.WriteAllText(Path.Combine(folder, "boots"), $"{boots++}");
        File.WriteAllLines(Path.Combine(folder, "gpus"), gpus.Select(gpu => gpu.StartsWith("off ", StringComparison.Ordinal) ? $"off {Layout(gpu[4..])}" : Layout(gpu)));
        NvmlDouble.Show(folder);
    }

    /// <summary>Makes slices as an earlier agent would have.</summary>
    public async Task CutAsync(int gpu, string slices)
    {
        using var driver = Open();
        var model = (await driver.ReadAsync(default)).Gpus[gpu].Model;
        foreach (var slice in Slices.Words(slices))
        {
            await driver.CreateAsync(Slices.Place(model, slice, gpu), default);
        }
    }

    /// <summary>What exists, as <c>1g.10gb@3</c>; busy ones with <c>!</c>, half-done ones with <c>?</c>.</summary>
    public static string Text(GpuReading gpu) => string.Join(' ', gpu.Slices
        .Select(slice => (slice.Shape, Mark: slice.IsBusy ? "!" : ""))
        .Concat(gpu.HalfDone.Select(shape => (Shape: shape, Mark: "?")))
        .OrderBy(slice => slice.Shape.Start)
        .Select(slice => $"{slice.Shape.Profile!.Name}@{slice.Shape.Start}{slice.Mark}"));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string Layout(string gpu) => Path.Combine(NvmlDouble.Sources, "layouts", $"{gpu}.txt");

    private void Write()
    {
        // Replaced whole: a call that reads it half written would see another world.
        File.WriteAllLines(Path.Combine(folder, "control.new"), control);
        File.Move(Path.Combine(folder, "control.new"), Path.Combine(folder, "control"), overwrite: true);
    }
}
