using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Simulation;

public sealed class SimulatedMachineTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("nos-state-");

    [Theory]
    [InlineData("1g.10gb@0", "2g.20gb@0", "0-2g.20gb-0 overlaps 0-1g.10gb-0.")]
    [InlineData("1g.10gb@0", "1g.10gb@0", "0-1g.10gb-0 overlaps 0-1g.10gb-0.")]
    [InlineData("1g.10gb+me@0", "1g.10gb+me@1", "0-1g.10gb.me-1 cannot stand beside 0-1g.10gb.me-0: both need the same media engines.")]
    [InlineData("", "2g.20gb@3", "2g.20gb cannot start at 3.")]
    [InlineData("", "1g.10gb@35", "1g.10gb cannot start at 35.")]
    [InlineData("1g.10gb@0", "10gb#1", "GPU 0 has the MIG instance 0-1g.10gb-0; a GPU is cut into MIG instances or into shares.")]
    [InlineData("10gb#1", "1g.10gb@0", "GPU 0 has the MPS share 0-10gb-1; a GPU is cut into MIG instances or into shares.")]
    [InlineData("70gb#1", "10gb#1", "With 0-10gb-1 the shares of GPU 0 would add up to 80 GB; 79 GB are usable.")]
    public void Refuses_what_reality_refuses(string present, string added, string message)
    {
        var machine = Machine();
        foreach (var slice in Slices.Words(present))
        {
            machine.Create(Slices.Place(Draw.A100, slice));
        }

        Assert.Equal(message, Assert.Throws<GpuDriverException>(() => machine.Create(Slices.Place(Draw.A100, added))).Message);
        Assert.Equal(Slices.Words(present).Count(), machine.Read().Gpus[0].Slices.Count);
    }

    [Fact]
    public void Refuses_GPUs_that_are_not_there() =>
        Assert.Throws<GpuDriverException>(() => Machine().Create(Slices.Place(Draw.A100, "1g.10gb@0", gpu: 2)));

    [Fact]
    public void Never_destroys_what_a_pod_has()
    {
        var machine = Machine();
        var place = Slices.Place(Draw.A100, "1g.10gb@0");
        machine.Create(place);
        machine.Admit([Holder("1g.10gb")], swaps: false);

        Assert.Equal("0-1g.10gb-0 is in use by team-a/train/main.", Assert.Throws<GpuDriverException>(() => machine.Destroy(place)).Message);

        machine.Admit([], swaps: false);
        machine.Destroy(place);
        machine.Destroy(place);
        Assert.Empty(machine.Read().Gpus[0].Slices);
    }

    [Fact]
    public void A_slice_made_anew_has_another_uuid_and_a_GPU_keeps_its_own()
    {
        var machine = Machine();
        var place = Slices.Place(Draw.A100, "1g.10gb@0");
        machine.Create(place);
        var first = machine.Read().Gpus[0];
        machine.Destroy(place);
        machine.Create(place);
        var second = machine.Read().Gpus[0];

        Assert.Matches("^MIG-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", first.Slices[0].Uuid);
        Assert.Matches("^GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", first.Uuid);
        Assert.NotEqual(first.Slices[0].Uuid, second.Slices[0].Uuid);
        Assert.Equal(first.Uuid, second.Uuid);
        Assert.Equal(2, Machine().Read().Gpus.Select(gpu => gpu.Uuid).Distinct().Count());
    }

    [Fact]
    public void What_was_made_survives_the_process_to_the_last_step()
    {
        var machine = Machine(Files());
        machine.Create(Slices.Place(Draw.A100, "1g.10gb+me@3"));
        machine.Create(Slices.Place(Draw.A100, "2g.20gb@4", gpu: 1));
        machine.Create(Slices.Place(Draw.A100, "1g.10gb@0"));
        machine.Destroy(Slices.Place(Draw.A100, "1g.10gb@0"));

        var reborn = Machine(Files());

        Assert.Equal(SlicesOf(machine), SlicesOf(reborn));
        Assert.Equal(["0-1g.10gb.me-3", "1-2g.20gb-4"], SlicesOf(reborn).Select(slice => slice.Id));
    }

    [Fact]
    public void Shares_survive_too()
    {
        var machine = Machine(Files());
        machine.Create(Slices.Place(Draw.A100, "10gb#2"));

        Assert.Equal("0-10gb-2", Assert.Single(SlicesOf(Machine(Files()))).Id);
    }

    [Fact]
    public void A_file_that_is_cut_off_or_lies_stops_nothing()
    {
        File.WriteAllText(Path.Combine(folder.FullName, "node-1.json"), """{"gpus":[{"index":0,"product":"NVIDIA-A10""");
        Assert.Empty(SlicesOf(Machine(Files())));

        File.WriteAllText(
            Path.Combine(folder.FullName, "node-1.json"),
            """
            {"gpus":[{"index":0,"product":"NVIDIA-A100-SXM4-80GB","slices":[
              {"id":"0-1g.10gb-0","profile":"1g.10gb","start":0,"state":"Free"},
              {"id":"0-2g.20gb-0","profile":"2g.20gb","start":0,"state":"Free"},
              {"id":"0-9g.99gb-0","profile":"9g.99gb","start":0,"state":"Free"}]},
             {"index":9,"product":"NVIDIA-A100-SXM4-80GB","slices":[{"id":"9-1g.10gb-0","profile":"1g.10gb","start":0,"state":"Free"}]},
             {"index":1,"product":"NVIDIA-A30","slices":[{"id":"1-1g.6gb-0","profile":"1g.6gb","start":0,"state":"Free"}]}]}
            """);
        Assert.Equal("0-1g.10gb-0", Assert.Single(SlicesOf(Machine(Files()))).Id);
    }

    [Fact]
    public void A_step_that_cannot_be_kept_is_not_done()
    {
        var machine = Machine(new StateFiles("/dev/null/nowhere", NullLogger<StateFiles>.Instance));

        Assert.Contains("cannot be kept", Assert.Throws<GpuDriverException>(() => machine.Create(Slices.Place(Draw.A100, "1g.10gb@0"))).Message, StringComparison.Ordinal);
        Assert.Empty(SlicesOf(machine));
    }

    [Fact]
    public void Without_a_file_what_was_reported_before_is_there_again_and_whose_it_was()
    {
        var machine = new SimulatedMachine("node-1", null);
        machine.Restore(Report());
        machine.Equip(Draw.A100, 2);

        Assert.Equal(["0-1g.10gb-0", "0-1g.10gb-1", "0-1g.10gb-2", "0-1g.10gb-3"], SlicesOf(machine).Select(slice => slice.Id));
        Assert.Equal("MIG-11111111-2222-3333-4444-555555555555", SlicesOf(machine)[0].Uuid);
        Assert.Equal(new SliceUse("team-a/train/main", "u1"), Assert.Single(machine.Uses).Value);

        machine.Restore(new GpuNodeStatus());
        Assert.Equal(4, SlicesOf(machine).Count);
    }

    [Fact]
    public void A_file_knows_better_than_a_report_which_slices_there_are()
    {
        Machine(Files()).Create(Slices.Place(Draw.A100, "1g.10gb@5"));
        var machine = Machine(Files());
        machine.Restore(Report());

        Assert.Equal("0-1g.10gb-5", Assert.Single(SlicesOf(machine)).Id);
        Assert.Empty(machine.Uses);
    }

    [Fact]
    public void Other_GPUs_take_the_slices_of_the_old_ones_along()
    {
        var machine = Machine();
        machine.Create(Slices.Place(Draw.A100, "1g.10gb@0"));
        machine.Create(Slices.Place(Draw.A100, "1g.10gb@0", gpu: 1));
        machine.Admit([Holder("1g.10gb")], swaps: false);

        machine.Equip(Draw.A100, 1);
        Assert.Equal(["0-1g.10gb-0"], SlicesOf(machine).Select(slice => slice.Id));
        Assert.Single(machine.Uses);

        machine.Equip(Draw.A30, 1);
        Assert.Empty(SlicesOf(machine));
        Assert.Empty(machine.Uses);
    }

    [Fact]
    public void A_slice_goes_by_the_one_name_that_the_spec_gives_it()
    {
        var machine = Machine();
        machine.Create(Slices.Place(Draw.A100, "7g.80gb@0"));
        machine.Advertise(new Dictionary<string, SliceResource> { ["0-7g.80gb-0"] = SliceResource.Mig("7g.79gb") });

        machine.Admit([Holder("7g.80gb")], swaps: false);
        Assert.Empty(machine.Uses);
        machine.Admit([Holder("7g.79gb")], swaps: false);
        Assert.Single(machine.Uses);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static SimulatedMachine Machine(StateFiles? files = null)
    {
        var machine = new SimulatedMachine("node-1", files);
        machine.Equip(Draw.A100, 2);
        return machine;
    }

    private static BoundPod Holder(string profile) =>
        new("u1", "team-a/train", "node-1", default, [new PodNeed(SliceResource.Mig(profile), ["main"])], []);

    private static GpuNodeStatus Report()
    {
        return new GpuNodeStatus
        {
            Gpus =
            [
                new GpuStatus
                {
                    Product = "NVIDIA-A100-SXM4-80GB",
                    Slices =
                    [
                        Slice(0, SliceStates.Used) with { Uuid = "MIG-11111111-2222-3333-4444-555555555555", Pod = "team-a/train/main", PodUid = "u1" },
                        Slice(1, SliceStates.Free),
                        Slice(2, SliceStates.Deleting),
                        Slice(3, SliceStates.Failed) with { Advertised = false },
                        Slice(4, SliceStates.Failed),
                        Slice(5, SliceStates.Creating),
                    ],
                },
            ],
        };

        static SliceStatus Slice(int start, string state) => new() { Id = $"0-1g.10gb-{start}", Profile = "1g.10gb", Start = start, State = state, Uuid = $"MIG-{Guid.NewGuid()}" };
    }

    private static List<(string Id, string? Uuid)> SlicesOf(SimulatedMachine machine) =>
        [.. machine.Read().Gpus.SelectMany(gpu => gpu.Slices.Select(slice => (slice.Shape.IdOn(gpu.Index), slice.Uuid)))];

    private StateFiles Files() => new(folder.FullName, NullLogger<StateFiles>.Instance);
}
