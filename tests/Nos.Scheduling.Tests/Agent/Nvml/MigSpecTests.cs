using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>Specs that anybody with the right may have edited by hand, on the real driver.</summary>
[Collection("NVML")]
public sealed class MigSpecTests
{
    [Fact]
    public async Task Of_a_bad_spec_each_bad_slice_is_Failed_with_its_reason_and_the_rest_is_cut()
    {
        using var machine = new NvmlMachine("A100-80GB");
        using var node = new MigNode(machine.Open());
        var spec = new GpuNodeSpec
        {
            Gpus =
            [
                new GpuSpec
                {
                    Index = 0,
                    Slices =
                    [
                        Slices.Entry("3g.40gb@0"), Slices.Entry("1g.10gb@2"), Slices.Entry("9g.90gb@0"), Slices.Entry("2g.20gb@5"),
                        Slices.Entry("1g.10gb@4") with { Id = "my-own" }, Slices.Entry("1g.10gb@6"),
                    ],
                },
                Slices.Gpu(7, "1g.10gb@0"),
            ],
        };

        var status = StatusComposer.Compose(await node.RoundAsync(spec));

        Assert.Equal("0-3g.40gb-0 Free, 0-1g.10gb-6 Free", Text(status, SliceStates.Free));
        Assert.Equal(
            ["0-1g.10gb-2: 0-1g.10gb-2 overlaps 0-3g.40gb-0.", "0-2g.20gb-5: 2g.20gb cannot start at 5; it can at 0, 2, 4.",
             "0-9g.90gb-0: NVIDIA-A100-SXM4-80GB has no profile 9g.90gb; it has 1g.10gb, 2g.20gb, 3g.40gb, 4g.40gb, 7g.80gb, 1g.10gb+me, 1g.20gb.",
             "7-1g.10gb-0: The node has no GPU 7; it has 0 to 0.", "my-own: Its id would be 0-1g.10gb-4."],
            status.Gpus.SelectMany(gpu => gpu.Slices).Where(slice => slice.State == SliceStates.Failed).Select(slice => $"{slice.Id}: {slice.Message}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_device_refuses_is_Failed_with_its_code_and_the_other_GPU_goes_on()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        machine.Says("fail nvmlDeviceCreateGpuInstanceWithPlacement 19 0");
        using var node = new MigNode(machine.Open());

        var status = StatusComposer.Compose(await node.RoundAsync("1g.10gb@0", "1g.10gb@0"));

        Assert.Equal("1-1g.10gb-0 Free", Text(status, SliceStates.Free));
        Assert.Contains("NVML_ERROR_IN_USE (19)", Assert.Single(status.Gpus[0].Slices).Message);
        Assert.Equal("SlicesFailed", status.Conditions.Single(condition => condition.Type == "Partitioned").Reason);
    }

    [Fact]
    public async Task A_lost_GPU_has_its_slices_Failed_and_not_advertised_and_nothing_is_tried_on_it()
    {
        using var machine = new NvmlMachine("A100-80GB", "A100-80GB");
        using var node = new MigNode(machine.Open());
        await node.RoundAsync("1g.10gb@0", "");
        machine.Says("lost 0");

        var status = StatusComposer.Compose(await node.RoundAsync("1g.10gb@0 1g.10gb@1", "1g.10gb@0"));

        Assert.Equal("1-1g.10gb-0 Free", Text(status, SliceStates.Free));
        Assert.Equal([("0-1g.10gb-0", false), ("0-1g.10gb-1", (bool?)null)], status.Gpus[0].Slices.Select(slice => (slice.Id, slice.Advertised)));
        Assert.All(status.Gpus[0].Slices, slice => Assert.Contains("NVML_ERROR_GPU_IS_LOST (15)", slice.Message));
    }

    [Fact]
    public async Task A_node_whose_MIG_mode_is_off_is_not_Ready_and_says_which_command_helps()
    {
        using var machine = new NvmlMachine("A100-80GB", "off A100-80GB");
        using var node = new MigNode(machine.Open());

        var status = StatusComposer.Compose(await node.RoundAsync("1g.10gb@0", ""));

        var ready = status.Conditions.Single(condition => condition.Type == "Ready");
        Assert.Equal(("False", "MigModeOff"), (ready.Status, ready.Reason));
        Assert.Contains("nvidia-smi -i 1 -mig 1", ready.Message);
        Assert.Equal("0-1g.10gb-0 Free", Text(status, SliceStates.Free));
    }

    [Fact]
    public async Task What_a_bound_pod_has_is_kept_whatever_the_spec_says()
    {
        using var machine = new NvmlMachine("A100-80GB");
        await machine.CutAsync(0, "3g.40gb@4");
        using var node = new MigNode(machine.Open());
        node.Uses[Slices.Place(Draw.A100, "3g.40gb@4")] = new SliceUse("default/a/main", "uid");

        await node.RoundAsync("");
        var view = await node.RoundAsync("1g.10gb@5 1g.10gb@0");

        Assert.Equal("1g.10gb@0 3g.40gb@4", NvmlMachine.Text(view.Machine.Gpus[0]));
        Assert.Contains("default/a/main", Assert.Single(view.Refused).Message);
    }

    private static string Text(GpuNodeStatus status, string state) =>
        string.Join(", ", status.Gpus.SelectMany(gpu => gpu.Slices).Where(slice => slice.State == state).Select(slice => $"{slice.Id} {slice.State}"));
}
