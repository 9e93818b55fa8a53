using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using static Nos.Scheduling.Tests.Cluster.Quotas.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaOverlapTests
{
    private static readonly KnownQuotas Known = new(
        [OfOne("team-a/quota-a", "cpu=2", age: 9), OfOne("team-b/quota-b", "cpu=2", age: 1)],
        [OfSeveral("ops/all", "team-c team-d", "cpu=9", age: 5)]);

    [Fact]
    public void A_namespace_without_quota_takes_one()
    {
        Assert.Same(QuotaAdmissionVerdict.Untouched, QuotaAdmission.Decide(One("team-e/quota-e"), Known));
        Assert.Same(QuotaAdmissionVerdict.Untouched, QuotaAdmission.Decide(One("ops/quota"), Known));
        Assert.Empty(Admitted(Several("ops/more", "team-e team-f")).Replaced);
    }

    [Fact]
    public void A_second_one_is_refused() => Assert.Equal(
        "Namespace team-a has the ElasticQuota quota-a already, and may have one; change that one, or delete it first.", Refusal(One("team-a/another")));

    [Fact]
    public void One_under_a_composite_is_refused() => Assert.Equal(
        "Namespace team-c is under the CompositeElasticQuota ops/all already; change that one, or take team-c out of its spec.namespaces first.", Refusal(One("team-c/quota-c")));

    [Fact]
    public void Two_composites_share_no_namespace() => Assert.Equal(
        "Namespace team-d is under the CompositeElasticQuota ops/all already; leave team-d out of spec.namespaces of one of the two.", Refusal(Several("ops/more", "team-e team-d")));

    [Fact]
    public void A_composite_of_the_same_name_elsewhere_is_another_one() => Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Decide(Several("team-x/all", "team-c"), Known));

    [Fact]
    public void A_quota_is_no_obstacle_to_itself()
    {
        Assert.Same(QuotaAdmissionVerdict.Untouched, QuotaAdmission.Decide(One("team-a/quota-a", "cpu=3"), Known));
        Assert.Empty(Admitted(Several("ops/all", "team-c team-d team-e", age: 5)).Replaced);
    }

    [Fact]
    public void Kinds_are_told_apart_though_namespace_and_name_are_the_same()
    {
        Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Decide(One("team-c/all"), new KnownQuotas([], [OfSeveral("team-c/all", "team-c")])));
        Assert.Single(Admitted(Several("team-a/quota-a", "team-a")).Replaced);
    }

    [Fact]
    public void A_composite_replaces_the_quotas_of_its_namespaces_and_says_so()
    {
        var admitted = Admitted(Several("ops/more", "team-b team-a team-e"));

        Assert.Equal(["quota-a", "quota-b"], admitted.Replaced.Select(quota => quota.Metadata.Name));
        Assert.Equal(
            ["ElasticQuota team-a/quota-a will be deleted: this composite replaces it.", "ElasticQuota team-b/quota-b will be deleted: this composite replaces it."],
            admitted.Warnings);
    }

    [Fact]
    public void One_that_is_younger_than_the_composite_stays() => Assert.Equal(
        ["ElasticQuota team-a/quota-a will be deleted: this composite replaces it.", "ElasticQuota team-b/quota-b is younger than this composite and stays: delete it."],
        Admitted(Several("ops/all", "team-a team-b team-c", age: 5)).Warnings);

    [Fact]
    public void A_quota_that_somehow_is_under_a_composite_cannot_be_changed_only_removed() =>
        Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Decide(One("team-c/left", "cpu=3"), new KnownQuotas([OfOne("team-c/left")], Known.OfSeveral)));

    [Fact]
    public void The_order_of_what_exists_changes_no_word()
    {
        ElasticQuotaDocument[] two = [OfOne("team-a/one"), OfOne("team-a/two")];

        Assert.Equal(
            Refusal(One("team-a/new"), new KnownQuotas(two, [])),
            Refusal(One("team-a/new"), new KnownQuotas([.. two.Reverse()], [])));
    }

    private static QuotaAdmissionVerdict.Admitted Admitted(SubmittedQuota quota) => Assert.IsType<QuotaAdmissionVerdict.Admitted>(QuotaAdmission.Decide(quota, Known));

    private static string Refusal(SubmittedQuota quota, KnownQuotas? known = null) => Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Decide(quota, known ?? Known)).Sentence;
}
