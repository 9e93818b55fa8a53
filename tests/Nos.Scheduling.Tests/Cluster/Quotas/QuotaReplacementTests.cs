using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaReplacementTests
{
    private static readonly HeardQuota Composite = HeardQuota.Of(Quotas.OfSeveral("q/all", "a b", age: 10));

    [Fact]
    public void What_is_older_or_of_the_same_second_goes_in_order_of_namespace_and_name()
    {
        var quotas = new[] { Quotas.OfOne("b/z", age: 11), Quotas.OfOne("b/a", age: 10), Quotas.OfOne("a/y", age: 10_000), Quotas.OfOne("a/young", age: 9), Quotas.OfOne("a/unstored") };

        Assert.Equal(["a/y", "b/a", "b/z"], QuotaReplacement.Of(Composite, quotas).Select(quota => $"{quota.Metadata.Namespace}/{quota.Metadata.Name}"));
    }

    [Fact]
    public void What_is_going_needs_no_help()
    {
        var quota = Quotas.OfOne("a/quota", age: 20);

        Assert.Empty(QuotaReplacement.Of(Composite, [quota with { Metadata = quota.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } }]));
    }

    [Fact]
    public void A_composite_that_is_going_replaces_nothing_nor_does_an_ElasticQuota()
    {
        var going = Quotas.OfSeveral("q/all", "a b", age: 10);
        going = going with { Metadata = going.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } };

        Assert.Empty(QuotaReplacement.Of(HeardQuota.Of(going), [Quotas.OfOne("a/quota", age: 20)]));
        Assert.Empty(QuotaReplacement.Of(HeardQuota.Of(Quotas.OfOne("a/other", age: 10)), [Quotas.OfOne("a/quota", age: 20)]));
    }

    [Fact]
    public void Both_are_told_by_events_whose_names_tell_them_apart_and_stay()
    {
        var one = WithUid(Quotas.OfOne("a/quota", age: 20), "u1");
        var composite = Quotas.OfSeveral("q/all", "a b", age: 10);
        var heard = HeardQuota.Of(composite with { Metadata = composite.Metadata with { Uid = "u2" } });

        var events = QuotaEvents.Of(heard, one, DateTimeOffset.UnixEpoch);

        Assert.Equal(
            [
                "a ElasticQuota a/quota u1 Replaced: CompositeElasticQuota q/all is over namespace a, so it replaces this quota, which is deleted.",
                "q CompositeElasticQuota q/all u2 Replaced: It replaces ElasticQuota a/quota, which is deleted.",
            ],
            events.Select(told => $"{told.Metadata.Namespace} {told.InvolvedObject.Kind} {told.InvolvedObject.Namespace}/{told.InvolvedObject.Name} {told.InvolvedObject.Uid} {told.Reason}: {told.Message}"));
        Assert.Equal(events.Select(told => told.Metadata.Name), QuotaEvents.Of(heard, one, DateTimeOffset.UnixEpoch.AddDays(1)).Select(told => told.Metadata.Name));
        Assert.NotEqual(events[1].Metadata.Name, QuotaEvents.Of(heard, WithUid(one, "u3"), DateTimeOffset.UnixEpoch)[1].Metadata.Name);
    }

    private static ElasticQuotaDocument WithUid(ElasticQuotaDocument quota, string uid) => quota with { Metadata = quota.Metadata with { Uid = uid } };
}
