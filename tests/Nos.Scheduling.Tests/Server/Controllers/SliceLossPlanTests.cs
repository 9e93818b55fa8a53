using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Controllers;
using Nos.Scheduling.Tests.Cluster.State;

namespace Nos.Scheduling.Tests.Server.Controllers;

public sealed class SliceLossPlanTests
{
    private const string OneG = "nvidia.com/mig-1g.10gb";

    [Theory]
    [InlineData(SliceStates.Used, true)]
    [InlineData(SliceStates.Failed, true)]
    [InlineData(SliceStates.Creating, false)]
    public void A_pod_goes_when_what_it_was_started_with_is_gone_and_nothing_is_being_made_in_its_place(string state, bool goes) =>
        Assert.Equal(goes ? ["team/p"] : [], Losers(Lost("p", state), Facts.Pod("p", "n1", null, "Running", (OneG, 1))));

    [Fact]
    public void Nobody_goes_whose_instance_is_still_the_same() => Assert.Empty(
        Losers(Facts.GpuNode(["0/1g.10gb@0"], ["0/1g.10gb@0=Used:p"]), Facts.Pod("p", "n1", null, "Running", (OneG, 1))));

    [Fact]
    public void Pods_are_known_by_uid_and_a_namesake_that_came_later_has_lost_nothing()
    {
        var later = Facts.Pod("p", "n1", null, "Running", (OneG, 1));

        Assert.Empty(Losers(Lost("p", SliceStates.Used), later with { Metadata = later.Metadata with { Uid = "another" } }));
    }

    [Fact]
    public void Who_is_leaving_or_asks_for_no_slice_is_left_alone()
    {
        var leaving = Facts.Pod("p", "n1", null, "Running", (OneG, 1));

        Assert.Empty(Losers(Lost("p", SliceStates.Used), leaving with { Metadata = leaving.Metadata with { DeletionTimestamp = Facts.Now } }));
        Assert.Empty(Losers(Lost("p", SliceStates.Used), Facts.Pod("p", "n1", null, "Running", ("cpu", 1))));
    }

    [Fact]
    public void It_says_which_instance_is_gone_and_what_stands_there_now()
    {
        var why = Assert.Single(SliceLossPlan.Of(Records(Facts.Pod("p", "n1", null, "Running", (OneG, 1))), Lost("p", SliceStates.Used))).Why;

        Assert.Contains("MIG-old is gone", why);
        Assert.Contains("MIG-new stands in its place", why);
        Assert.Contains("0-1g.10gb-0 of n1", why);
    }

    internal static GpuNodeDocument Lost(string pod, string state)
    {
        var gpuNode = Facts.GpuNode(["0/1g.10gb@0"], [$"0/1g.10gb@0=Used:{pod}"]);
        var slice = gpuNode.Status!.Gpus[0].Slices[0] with { State = state, Uuid = "MIG-new", LostUuid = "MIG-old" };
        return gpuNode with { Status = gpuNode.Status with { Gpus = [gpuNode.Status.Gpus[0] with { Slices = [slice] }] } };
    }

    private static IEnumerable<string> Losers(GpuNodeDocument gpuNode, params PodDocument[] pods) => SliceLossPlan.Of(Records(pods), gpuNode).Select(loser => loser.Pod.Key);

    private static IEnumerable<PodRecord> Records(params PodDocument[] pods) => pods.Select(pod => PodRecords.Of(pod)!);
}
