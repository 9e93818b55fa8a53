using System.Text.Json.Nodes;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Nvml;

[Collection("NVML")]
public sealed class NvmlProbeTests
{
    [Theory]
    [InlineData("current")]
    [InlineData("old")]
    public async Task Tells_what_NVML_shows_with_new_drivers_and_with_old_ones_that_lack_half_of_the_calls(string library)
    {
        using var machine = new NvmlMachine("A100-80GB", "off A30");
        await machine.CutAsync(0, "3g.40gb@4");
        machine.Says("process 0 4");
        using var probe = new AgentRun(machine.Folder, library, "probe");

        Assert.Equal(0, await probe.ExitCodeAsync());
        var gpus = JsonNode.Parse(probe.Said)!["gpus"]!.AsArray();

        Assert.Equal("NVIDIA-A100-SXM4-80GB 81920 True NVIDIA-A30 24576 False", string.Join(' ', gpus.Select(gpu => $"{gpu!["product"]} {gpu["memoryMiB"]} {gpu["migEnabled"]!.GetValue<bool>()}")));
        var catalogue = new[] { Draw.A100, Draw.A30 };
        Assert.All(gpus.Zip(catalogue), pair => Assert.Equal(
            Told(pair.Second),
            pair.First!["profiles"]!.AsArray().Select(profile => $"{profile!["name"]} {profile["computeSlices"]} {profile["memorySlices"]} {profile["memoryMiB"]} {profile["maxInstances"]} {string.Join(',', profile["starts"]!.AsArray())}").Order(StringComparer.Ordinal)));
        var instance = Assert.Single(gpus[0]!["instances"]!.AsArray())!;
        Assert.Equal("3g.40gb 4 true", $"{instance["profile"]} {instance["start"]} {instance["hasProcesses"]!.ToJsonString()}");
        Assert.StartsWith("MIG-", $"{instance["uuids"]![0]}");
        Assert.Equal(library == "current", gpus[0]!["reservedMiB"] is not null);
    }

    [Fact]
    public void Changes_nothing()
    {
        using var machine = new NvmlMachine("A100-80GB", "off A100-80GB");
        NvmlDouble.Show(machine.Folder);
        using var output = new StringWriter();

        Assert.True(NvmlProbe.Run(output, TextWriter.Null));

        Assert.DoesNotContain(machine.Calls, call => call.Contains("Create") || call.Contains("Destroy") || call.Contains("SetMig"));
    }

    [Fact]
    public void A_GPU_that_does_not_answer_is_told_beside_the_others()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        machine.Says("lost 0");
        NvmlDouble.Show(machine.Folder);
        using var output = new StringWriter();

        Assert.True(NvmlProbe.Run(output, TextWriter.Null));

        var gpus = JsonNode.Parse(output.ToString())!["gpus"]!;
        Assert.Contains("NVML_ERROR_GPU_IS_LOST (15)", $"{gpus[0]!["fault"]}");
        Assert.NotNull(gpus[1]!["uuid"]);
    }

    [Fact]
    public async Task Without_NVML_it_says_so_in_one_sentence_and_fails()
    {
        using var probe = new AgentRun(null, "current", "probe");

        Assert.Equal(1, await probe.ExitCodeAsync());
        Assert.StartsWith("nvmlInit_v2: NVML_ERROR_LIBRARY_NOT_FOUND (12). libnvidia-ml.so.1 is not there: install NVIDIA's driver", probe.Said.Trim());
        Assert.Single(probe.Said.Trim().Split('\n'));
    }

    private static IEnumerable<string> Told(GpuModel model) => model.Profiles
        .Select(profile => $"{profile.Name} {profile.ComputeSlices} {profile.MemorySlices} {profile.MemoryMiB} {profile.MaxInstances} {string.Join(',', profile.Placements.Select(place => place.Start))}")
        .Order(StringComparer.Ordinal);
}
