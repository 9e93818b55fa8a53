using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Reporting;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Tests.Agent.Reporting;

public sealed class StatusComposerTests
{
    [Theory]
    [InlineData("1g.10gb@0", "", "", "", "0-1g.10gb-0 Free advertised")]
    [InlineData("1g.10gb@0", "1g.10gb@0", "", "", "0-1g.10gb-0 Used advertised a/b/main u1")]
    [InlineData("1g.10gb@0", "1g.10gb@0", "1g.10gb@0", "", "0-1g.10gb-0 Used advertised a/b/main u1")]
    [InlineData("1g.10gb@0", "", "1g.10gb@0", "", "0-1g.10gb-0 Deleting withdrawn")]
    [InlineData("1g.10gb@0", "", "", "1g.10gb@0", "0-1g.10gb-0 Failed withdrawn no")]
    [InlineData("", "", "1g.10gb@0", "1g.10gb@0", "")]
    public void A_slice_that_exists_is_told_by_who_has_it_and_what_is_done_about_it(string live, string used, string pending, string failed, string expected) =>
        Assert.Equal(expected, Text(Compose(View(live, "", used, pending, failed))));

    [Theory]
    [InlineData("", "", "0-1g.10gb-0 Creating")]
    [InlineData("1g.10gb@0", "", "0-1g.10gb-0 Creating")]
    [InlineData("", "1g.10gb@0", "0-1g.10gb-0 Failed no")]
    [InlineData("1g.10gb@0", "1g.10gb@0", "0-1g.10gb-0 Creating")]
    public void A_slice_that_is_wanted_is_being_made_or_has_failed(string pending, string failed, string expected) =>
        Assert.Equal(expected, Text(Compose(View("", "1g.10gb@0", "", pending, failed))));

    [Fact]
    public void A_process_on_a_slice_is_a_use_without_a_pod()
    {
        var busy = new LiveSlice(Slices.Shape(Draw.A100, "1g.10gb@0"), "MIG-1", IsBusy: true);

        Assert.Equal("0-1g.10gb-0 Used advertised", Text(Compose(View("", "", "", "", "") with { Machine = Machine([busy]) })));
    }

    [Fact]
    public void What_exists_outranks_a_refusal_of_the_same_id()
    {
        var refused = new SliceRefusal(0, Slices.Entry("1g.10gb@0"), "spec.mode is MPS");

        Assert.Equal("0-1g.10gb-0 Free advertised", Text(Compose(View("1g.10gb@0", "", "", "", "") with { Refused = [refused] })));
    }

    [Fact]
    public void No_spec_makes_a_report_longer_than_the_API_takes_and_what_exists_is_always_in_it()
    {
        var refused = Enumerable.Range(1, 200).Select(number => new SliceRefusal(0, Slices.Entry($"99gb#{number}"), "too large")).ToList();

        var slices = Compose(View("1g.10gb@0 1g.10gb@6", "", "", "", "") with { Refused = refused }).Gpus[0].Slices;

        Assert.Equal(64, slices.Length);
        Assert.Equal(2, slices.Count(slice => slice.State == SliceStates.Free));
    }

    [Fact]
    public void Products_are_told_once_each()
    {
        var gpus = new[] { Draw.A100, Draw.A30, Draw.A100 }.Select((model, index) => new GpuReading(index, $"GPU-{index}", model, []));

        var status = Compose(View("", "", "", "", "") with { Machine = new MachineReading("580", [.. gpus]) });

        Assert.Equal(["NVIDIA-A100-SXM4-80GB", "NVIDIA-A30"], status.Products.Select(product => product.Product));
        Assert.Equal(["NVIDIA-A100-SXM4-80GB", "NVIDIA-A30", "NVIDIA-A100-SXM4-80GB"], status.Gpus.Select(gpu => gpu.Product));
    }

    [Fact]
    public void The_columns_of_kubectl_count_what_exists()
    {
        var patch = StatusJson.Patch(Compose(View("1g.10gb@0 1g.10gb@1 1g.10gb@2", "1g.10gb@6", "1g.10gb@1", "1g.10gb@2", "1g.10gb@6")), null);

        Assert.Equal("""{"gpus":1,"slices":3,"used":1}""", patch["status"]!["summary"]!.ToJsonString());
    }

    [Fact]
    public void Partitioned_tells_the_first_failures_and_how_many_there_are()
    {
        var view = View("", "1g.10gb@0 1g.10gb@1 1g.10gb@2 1g.10gb@3", "", "", "1g.10gb@0 1g.10gb@1 1g.10gb@2 1g.10gb@3");

        Assert.Equal("4 slices failed. 0-1g.10gb-0: no 0-1g.10gb-1: no 0-1g.10gb-2: no", NodeConditions.Partitioned(view).Message);
    }

    [Fact]
    public void A_driver_that_does_not_answer_is_told_with_nothing_else()
    {
        var view = View("", "", "", "", "") with { Machine = MachineReading.Nothing };
        view = view with { Order = view.Order with { Trouble = new NodeTrouble("DriverFailed", "It does not answer.") } };

        var status = Compose(view);

        Assert.Empty(status.Gpus);
        Assert.Equal(("False", "DriverFailed", "It does not answer."), (status.Conditions[0].Status, status.Conditions[0].Reason, status.Conditions[0].Message));
        Assert.Equal("Unknown", status.Conditions[1].Status);
    }

    private static GpuNodeStatus Compose(NodeView view) => StatusComposer.Compose(view);

    private static NodeView View(string live, string wanted, string used, string pending, string failed)
    {
        var slices = Slices.Words(live).Select(text => new LiveSlice(Slices.Shape(Draw.A100, text), "MIG-1"));
        var order = new NodeOrder(1, Slices.Spec(wanted), PartitioningMode.Mig, null);
        return new NodeView(
            order,
            new NodeGoal([Slices.Goal(Draw.A100, wanted)], []),
            Machine([.. slices]),
            Places(used).ToDictionary(place => place, _ => new SliceUse("a/b/main", "u1")),
            [],
            Places(failed).ToDictionary(place => place, _ => new SliceFailure("no", 1, default, null)),
            Places(pending).ToHashSet());
    }

    private static IEnumerable<SlicePlace> Places(string text) => Slices.Words(text).Select(slice => Slices.Place(Draw.A100, slice));

    private static MachineReading Machine(LiveSlice[] slices) => new("simulated", [new GpuReading(0, "GPU-0", Draw.A100, slices)]);

    private static string Text(GpuNodeStatus status) => string.Join(", ", status.Gpus.SelectMany(gpu => gpu.Slices).Select(slice => string.Join(
        " ",
        new[] { slice.Id, slice.State, slice.Advertised switch { true => "advertised", false => "withdrawn", null => "" }, slice.Pod, slice.PodUid, slice.Message }
            .Where(part => !string.IsNullOrEmpty(part)))));
}
