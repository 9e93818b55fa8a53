using Nos.Scheduling.Agent.DevicePlugin;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Tests.Agent.DevicePlugin;

public sealed class SliceBooksTests
{
    private const string OneTen = "nvidia.com/mig-1g.10gb";

    private readonly SliceDevice[] devices = [Device("1g.10gb@3"), Device("1g.10gb@4")];
    private readonly Dictionary<string, string> pods = new() { ["team/a"] = "uid-a", ["team/b"] = "uid-b" };
    private readonly HashSet<string> ended = [];

    [Fact]
    public void Whom_kubelet_names_has_the_slice_whether_we_placed_it_or_not()
    {
        var book = After(SliceBook.Empty, new("team/a", "main", OneTen, ["0-1g.10gb-4"]), new("nobody/knows", "main", OneTen, ["0-1g.10gb-3"]));

        Assert.Equal(new SliceUse("team/a/main", "uid-a"), book.Uses[devices[1].Place]);
        Assert.Equal(new SliceUse("nobody/knows/main", null), book.Uses[devices[0].Place]);
    }

    [Fact]
    public void A_pod_that_has_ended_has_nothing_though_kubelet_goes_on_naming_it()
    {
        ContainerDevices[] told = [new("team/a", "main", OneTen, ["0-1g.10gb-4"]), new("team/a", "side", "nvidia.com/gpu", ["GPU-1"])];
        var before = After(SliceBook.Empty, told);
        Assert.Single(before.Uses);
        pods.Remove("team/a");
        ended.Add("team/a");

        var after = After(before, told);

        Assert.Empty(after.Uses);
        Assert.Empty(after.Foreign);
    }

    [Fact]
    public void An_empty_answer_takes_nothing_from_a_pod_that_is_there()
    {
        var before = After(SliceBook.Empty, new("team/a", "main", OneTen, ["0-1g.10gb-4"]), new("team/gone", "main", OneTen, ["0-1g.10gb-3"]));

        var after = After(before);

        Assert.Equal(new SliceUse("team/a/main", "uid-a"), Assert.Single(after.Uses).Value);
        Assert.Equal(devices[1].Place, Assert.Single(after.Uses).Key);
    }

    [Fact]
    public void An_empty_answer_frees_nothing_that_a_pod_which_is_there_has_through_another_plugin()
    {
        var before = After(SliceBook.Empty, new("team/a", "main", "nvidia.com/gpu", ["GPU-1"]), new("team/gone", "main", "nvidia.com/mig-1g.10gb", ["MIG-9"]));
        Assert.Equal(["GPU-1", "MIG-9"], before.Foreign.Order());

        var after = After(before);

        Assert.Equal(["GPU-1"], after.Foreign);
        pods.Clear();
        Assert.Empty(After(after).Foreign);
    }

    [Fact]
    public void A_pod_of_the_same_name_is_another_pod()
    {
        var before = After(SliceBook.Empty, new ContainerDevices("team/a", "main", OneTen, ["0-1g.10gb-4"]));
        pods["team/a"] = "uid-of-the-next";

        Assert.Empty(After(before).Uses);
    }

    [Fact]
    public void While_kubelet_does_not_answer_everybody_has_what_they_had()
    {
        var before = After(SliceBook.Empty, new("team/a", "main", OneTen, ["0-1g.10gb-4"]), new("x/y", "z", "nvidia.com/gpu", ["GPU-1"]));
        pods.Clear();

        var after = SliceBooks.After(before, null, devices, pods, pods.Keys.ToHashSet(), ended);

        Assert.Equal(before.Uses, after.Uses);
        Assert.Equal(before.Foreign, after.Foreign);
    }

    [Fact]
    public void A_container_that_kubelet_names_with_another_slice_has_that_one_only()
    {
        var before = After(SliceBook.Empty, new ContainerDevices("team/a", "main", OneTen, ["0-1g.10gb-4"]));

        var after = After(before, new ContainerDevices("team/a", "main", OneTen, ["0-1g.10gb-3"]));

        Assert.Equal(devices[0].Place, Assert.Single(after.Uses).Key);
    }

    [Fact]
    public void What_containers_have_through_nvidias_plugin_is_in_use_and_offered_to_nobody()
    {
        var book = After(
            SliceBook.Empty,
            new("x/y", "z", "nvidia.com/gpu", ["GPU-other::2"]),
            new("x/y", "z", OneTen, ["MIG-3"]),
            new("x/y", "z", "vendor.com/nic", ["eth0"]));

        Assert.Equal(["GPU-other", "MIG-3"], book.Foreign.Order());
        var machine = new MachineReading("", [
            new GpuReading(0, "GPU-0", Draw.A100, [new LiveSlice(devices[0].Place.Shape, "MIG-3"), new LiveSlice(devices[1].Place.Shape, "MIG-4")]),
            new GpuReading(1, "GPU-other", Draw.A100, [new LiveSlice(devices[1].Place.Shape, "MIG-5")])]);
        Assert.Equal("0-1g.10gb-4", Assert.Single(SliceDevices.Of(machine, _ => null, book)).Id);
    }

    private static SliceDevice Device(string slice)
    {
        var place = Slices.Place(Draw.A100, slice);
        return new SliceDevice(place, place.Id, SpecEntry.Plain(place.Shape), "GPU-0", $"MIG-{place.Shape.Start}", IsHealthy: true);
    }

    private SliceBook After(SliceBook before, params ContainerDevices[] told) => SliceBooks.After(before, told, devices, pods, pods.Keys.ToHashSet(), ended);
}
