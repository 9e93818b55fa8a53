using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Serving;

public sealed class PromiseBookTests
{
    private readonly PromiseBook book = new();

    [Fact]
    public void A_slice_with_a_process_of_a_pod_that_is_gone_is_not_given_to_the_next()
    {
        book.Admit([Pod("next")]);

        Assert.Equal("1g.10gb@1 default/next/main", Text(book.Uses(Machine("1g.10gb@0!", "1g.10gb@1"))));
    }

    [Fact]
    public void A_slice_with_a_process_stays_whose_it_was_promised()
    {
        book.Admit([Pod("own", "main=0/1g.10gb@0")]);

        Assert.Equal("1g.10gb@0 default/own/main", Text(book.Uses(Machine("1g.10gb@0!", "1g.10gb@1"))));
    }

    [Fact]
    public void While_the_driver_shows_nothing_nobody_loses_what_he_has()
    {
        book.Admit([Pod("a")]);
        var before = Text(book.Uses(Machine("1g.10gb@0")));

        Assert.Equal(before, Text(book.Uses(MachineReading.Nothing)));
    }

    [Theory]
    [InlineData("MIG-0", "1g.10gb@0 default/a/main")]
    [InlineData("MIG-of-before-the-reboot", "")]
    public void Who_used_an_instance_is_taken_over_by_its_uuid(string uuid, string uses)
    {
        book.Admit([Pod("a") with { Needs = [] }]);
        book.Restore(new GpuNodeStatus
        {
            Gpus = [new GpuStatus { Index = 0, Slices = [new SliceStatus { Id = "0-1g.10gb-0", Uuid = uuid, State = SliceStates.Used, Pod = "default/a/main", PodUid = "a" }] }],
        });

        Assert.Equal(uses, Text(book.Uses(Machine("1g.10gb@0", "1g.10gb@1"))));
    }

    [Fact]
    public void A_slice_goes_by_the_name_that_the_spec_gives_it()
    {
        book.Admit([Pod("a") with { Needs = [new PodNeed(Resource("nvidia.com/mig-7g.79gb"), ["main"])] }]);
        Assert.Empty(book.Uses(Machine("7g.80gb@0")));

        book.Advertise(new GpuNodeSpec { Gpus = [new GpuSpec { Index = 0, Slices = [Slices.Entry("7g.80gb@0") with { Resource = "nvidia.com/mig-7g.79gb" }] }] });

        Assert.Equal("7g.80gb@0 default/a/main", Text(book.Uses(Machine("7g.80gb@0"))));
    }

    private static BoundPod Pod(string name, string? promise = null) => new(
        name, $"default/{name}", "node-1", default, [new PodNeed(Resource("nvidia.com/mig-1g.10gb"), ["main"])], PromisedSlice.ReadAll(promise));

    private static SliceResource Resource(string name) => SliceResource.TryParse(name, out var resource) ? resource : throw new ArgumentException(name);

    private static MachineReading Machine(params string[] slices) => new("580", [new GpuReading(
        0, "GPU-0", Draw.A100, [.. slices.Select((slice, number) => new LiveSlice(Slices.Shape(Draw.A100, slice.TrimEnd('!')), $"MIG-{number}", slice.EndsWith('!')))])]);

    private static string Text(IReadOnlyDictionary<SlicePlace, SliceUse> uses) =>
        string.Join(", ", uses.Select(use => $"{use.Key.Shape.Profile!.Name}@{use.Key.Shape.Start} {use.Value.Pod}").Order());
}
