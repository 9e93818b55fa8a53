using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Server.Composition;
using Nos.Scheduling.Tests.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Server.Composition;

public sealed class PendingReasonsTests
{
    private const string Gpu = "nos.nebuly.com/gpu-memory";
    private readonly QuotaCluster cluster = new();

    [Fact]
    public void A_quota_is_asked_before_the_nodes()
    {
        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", $"{Gpu}=10", $"{Gpu}=10"), Cluster.Quotas.Quotas.OfOne("b/q", $"{Gpu}=5"), Cluster.Quotas.Quotas.OfOne("c/q", $"{Gpu}=10"));
        cluster.AddPod("c/takes", 16);
        cluster.AddPod("a/beyond-max", 15, node: null);
        cluster.AddPod("b/nothing-left", 10, node: null);
        cluster.AddPod("b/too", 20, node: null);
        cluster.AddPod("a/guaranteed", 10, node: null);
        cluster.AddPod("unruled/p", 10, node: null);

        Assert.Equal([(Misfit.NodeNotManaged, 2), (Misfit.NothingToBorrow, 2), (Misfit.QuotaMaxExceeded, 1)], PendingReasons.Of(cluster.State, "nos-scheduler"));
    }

    [Theory]
    [InlineData("nos-scheduler", 1)]
    [InlineData("default-scheduler", 0)]
    public void A_pod_without_slices_counts_where_its_scheduler_is_ours(string scheduler, int counted)
    {
        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", max: "cpu=1"));
        cluster.AddPod("a/p", 0, node: null, scheduler: scheduler, more: ("cpu", 2));
        cluster.AddPod("a/allowed", 0, node: null, more: ("cpu", 1));

        Assert.Equal(counted, PendingReasons.Of(cluster.State, "nos-scheduler").Sum(reason => reason.Pods));
        Assert.Empty(PendingReasons.Of(cluster.State, ""));
    }

    [Fact]
    public void A_pod_with_the_marker_counts_whoever_schedules_it()
    {
        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", max: "cpu=1"));
        cluster.AddPod("a/p", 0, node: null, scheduler: "default-scheduler", more: [("cpu", 2), (NosKeys.QuotaMarker, 1)]);

        Assert.Equal([(Misfit.QuotaMaxExceeded, 1)], PendingReasons.Of(cluster.State, ""));
    }

    [Fact]
    public void A_pod_that_was_never_translated_says_so_whatever_its_quota()
    {
        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", max: $"{Gpu}=1"));
        cluster.AddPod("a/p", 10, node: null, more: (Gpu, 10));

        Assert.Equal([(Misfit.NotAdmitted, 1)], PendingReasons.Of(cluster.State, ""));
    }

    [Theory]
    [InlineData("n1", Misfit.WaitingForReclaim)]
    [InlineData("", Misfit.NoOpenPlacement)]
    public void A_pod_that_others_make_way_for_waits_for_them(string node, Misfit reason)
    {
        cluster.AddFullNode();
        var pod = cluster.AddPod("a/p", 0, node: null, more: ("nvidia.com/mig-1g.10gb", 1));
        var now = DateTimeOffset.UnixEpoch;
        cluster.State.SetClaim(pod.Uid, new ReclaimClaim(node, "", [], now, now.AddMinutes(1), 1));

        Assert.Equal([(reason, 1)], PendingReasons.Of(cluster.State, ""));
    }

    [Fact]
    public void Who_is_bound_or_has_ended_waits_for_nothing()
    {
        cluster.Add(Cluster.Quotas.Quotas.OfOne("a/q", max: $"{Gpu}=1"));
        cluster.AddPod("a/bound", 10);
        cluster.AddPod("a/ended", 10, node: null, phase: "Failed");

        Assert.Empty(PendingReasons.Of(cluster.State, "nos-scheduler"));
    }
}
