using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Gpus;

namespace Nos.Scheduling.Tests.Agent.Allocating;

public sealed class DeviceAllocationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pod_gets_the_slices_that_it_was_promised() =>
        Assert.Equal(
            "0-1g.10gb-3=a/main 1-2g.20gb-0=a/side",
            Decide("0/1g.10gb@0 0/1g.10gb@3 1/2g.20gb@0 1/2g.20gb@2", Pod("a", "main:1g.10gb side:2g.20gb", "main=0/1g.10gb@3,side=1/2g.20gb@0")));

    [Theory]
    [InlineData("")]
    [InlineData("main=0/1g.10gb@6")]
    [InlineData("main=0/2g.20gb@4")]
    [InlineData("other=0/1g.10gb@3")]
    [InlineData("main=1/1g.10gb@3")]
    [InlineData("nonsense")]
    [InlineData("main=0/1g.10gb@3,half")]
    public void Without_a_promise_that_holds_it_gets_the_lowest_free_slice(string promise) =>
        Assert.Equal("0-1g.10gb-1=a/main", Decide("0/1g.10gb@1 0/1g.10gb@3 0/2g.20gb@4 1/1g.10gb@0", Pod("a", "main:1g.10gb", promise)));

    [Fact]
    public void A_promise_beyond_the_pods_own_limits_counts_no_further_than_they_go() =>
        Assert.Equal("0-1g.10gb-3=a/main", Decide("0/1g.10gb@1 0/1g.10gb@3 0/1g.10gb@4", Pod("a", "main:1g.10gb", "main=0/1g.10gb@3,main=0/1g.10gb@4")));

    [Fact]
    public void A_promise_of_anothers_slice_takes_nothing_from_it()
    {
        var earlier = Pod("a", "main:1g.10gb", "main=0/1g.10gb@3");
        var forger = Pod("b", "main:1g.10gb", "main=0/1g.10gb@3", minutes: 1);

        Assert.Equal("0-1g.10gb-1=b/main 0-1g.10gb-3=a/main", Decide("0/1g.10gb@1 0/1g.10gb@3", forger, earlier));
    }

    [Fact]
    public void Promises_are_served_before_pods_that_were_bound_by_hand()
    {
        var byHand = Pod("a", "main:1g.10gb");
        var promised = Pod("b", "main:1g.10gb", "main=0/1g.10gb@1", minutes: 5);

        Assert.Equal("0-1g.10gb-1=b/main 0-1g.10gb-3=a/main", Decide("0/1g.10gb@1 0/1g.10gb@3", byHand, promised));
    }

    [Fact]
    public void Of_pods_bound_by_hand_the_older_is_served_first() =>
        Assert.Equal("0-1g.10gb-1=z/main", Decide("0/1g.10gb@1", Pod("a", "main:1g.10gb", minutes: 1), Pod("z", "main:1g.10gb")));

    [Fact]
    public void A_pod_gets_all_that_it_needs_or_nothing() =>
        Assert.Equal("", Decide("0/1g.10gb@1", Pod("a", "main:1g.10gb side:1g.10gb")));

    [Fact]
    public void What_a_pod_has_it_keeps_whatever_its_annotation_says_later()
    {
        var slices = Advertised("0/1g.10gb@1 0/1g.10gb@3");
        var before = DeviceAllocation.Decide(slices, Nothing, [Pod("a", "main:1g.10gb")], swaps: false);

        var after = DeviceAllocation.Decide(slices, before, [Pod("a", "main:1g.10gb", "main=0/1g.10gb@3")], swaps: false);

        Assert.Equal("0-1g.10gb-1=a/main", Text(after));
    }

    [Fact]
    public void A_pod_that_is_gone_gives_its_slices_back_and_another_of_its_name_has_none()
    {
        var slices = Advertised("0/1g.10gb@1 0/1g.10gb@3");
        var before = DeviceAllocation.Decide(slices, Nothing, [Pod("a", "main:1g.10gb", "main=0/1g.10gb@3")], swaps: false);

        Assert.Empty(DeviceAllocation.Decide(slices, before, [], swaps: false));
        var reborn = Pod("a", "main:1g.10gb") with { Uid = "another" };
        Assert.Equal("0-1g.10gb-1=a/main", Text(DeviceAllocation.Decide(slices, before, [reborn], swaps: false)));
    }

    [Fact]
    public void A_pod_whose_slice_was_lost_gets_it_again_once_it_is_back()
    {
        var pod = Pod("a", "main:1g.10gb", "main=0/1g.10gb@3");
        var before = DeviceAllocation.Decide(Advertised("0/1g.10gb@3"), Nothing, [pod], swaps: false);

        var without = DeviceAllocation.Decide([], before, [pod], swaps: false);
        var again = DeviceAllocation.Decide(Advertised("0/1g.10gb@1 0/1g.10gb@3"), without, [pod], swaps: false);

        Assert.Empty(without);
        Assert.Equal("0-1g.10gb-3=a/main", Text(again));
    }

    [Fact]
    public void A_report_without_uid_is_told_by_the_pods_name()
    {
        var before = new Dictionary<SlicePlace, SliceUse> { [Slices.Place(Draw.A100, "1g.10gb@3")] = new("ns/a/main", null) };

        Assert.Equal("0-1g.10gb-3=a/main", Decide(before, "0/1g.10gb@1 0/1g.10gb@3", Pod("a", "main:1g.10gb")));
    }

    [Fact]
    public void A_container_takes_over_the_slice_of_an_init_container() =>
        Assert.Equal("0-1g.10gb-3=a/main", Decide("0/1g.10gb@1 0/1g.10gb@3", Pod("a", "setup+main:1g.10gb", "main=0/1g.10gb@3,setup=0/1g.10gb@3")));

    [Fact]
    public void Two_pods_swap_where_kubelet_does_as_it_likes()
    {
        var pods = new[] { Pod("a", "main:1g.10gb", "main=0/1g.10gb@1"), Pod("b", "main:1g.10gb", "main=0/1g.10gb@3") };

        Assert.Equal("0-1g.10gb-1=b/main 0-1g.10gb-3=a/main", Text(DeviceAllocation.Decide(Advertised("0/1g.10gb@1 0/1g.10gb@3"), Nothing, pods, swaps: true)));
    }

    [Fact]
    public void A_swap_needs_another_slice_of_the_resource() =>
        Assert.Equal(
            "0-1g.10gb-1=a/main",
            Text(DeviceAllocation.Decide(Advertised("0/1g.10gb@1 0/2g.20gb@2"), Nothing, [Pod("a", "main:1g.10gb", "main=0/1g.10gb@1")], swaps: true)));

    [Fact]
    public void Shares_are_told_apart_by_number() =>
        Assert.Equal("0-10gb-2=a/main", Decide("0/10gb#1 0/10gb#2", Pod("a", "main:10gb", "main=0/10gb#2")));

    private static Dictionary<SlicePlace, SliceUse> Nothing => [];

    private static string Decide(string slices, params BoundPod[] pods) => Decide(Nothing, slices, pods);

    private static string Decide(Dictionary<SlicePlace, SliceUse> before, string slices, params BoundPod[] pods) =>
        Text(DeviceAllocation.Decide(Advertised(slices), before, pods, swaps: false));

    private static string Text(IReadOnlyDictionary<SlicePlace, SliceUse> uses) => string.Join(
        " ", uses.Select(use => $"{use.Key.Id}={use.Value.Pod["ns/".Length..]}").Order(StringComparer.Ordinal));

    private static AdvertisedSlice[] Advertised(string slices) =>
    [
        .. Slices.Words(slices).Select(text => text.Split('/')).Select(parts =>
        {
            var place = Slices.Place(Draw.A100, parts[1], int.Parse(parts[0]));
            return new AdvertisedSlice(place, SpecEntry.Plain(place.Shape));
        }),
    ];

    /// <summary>Needs are written <c>main:1g.10gb</c>, or <c>setup+main:1g.10gb</c> where containers share one.</summary>
    private static BoundPod Pod(string name, string needs, string promise = "", int minutes = 0) => new(
        $"uid-{name}",
        $"ns/{name}",
        "node-1",
        Noon.AddMinutes(minutes),
        [
            .. Slices.Words(needs).Select(text => text.Split(':')).Select(parts => new PodNeed(
                parts[1].Contains('.') ? SliceResource.Mig(parts[1]) : SliceResource.Mps(int.Parse(parts[1].Replace("gb", ""))), parts[0].Split('+'))),
        ],
        PromisedSlice.ReadAll(promise));
}
