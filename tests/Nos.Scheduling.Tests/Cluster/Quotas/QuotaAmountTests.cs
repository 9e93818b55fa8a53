using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using static Nos.Scheduling.Tests.Cluster.Quotas.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaAmountTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("cpu=2", "")]
    [InlineData("", "cpu=2")]
    [InlineData("cpu=2", "cpu=10")]
    [InlineData("cpu=2", "cpu=2000m")]
    [InlineData("cpu=2", "memory=1")]
    [InlineData("cpu=0 nos.nebuly.com/gpu-memory=16", "cpu=-0")]
    [InlineData("memory=1Gi", "memory=1073741824")]
    [InlineData("memory=20Pi", "memory=30Pi")]
    public void Amounts_that_make_sense_pass(string min, string max)
    {
        Assert.Null(QuotaAdmission.Precheck(One("team-a/quota-a", min, max), null));
        Assert.Null(QuotaAdmission.Precheck(Several("ops/all", "team-a team-b", min, max), null));
    }

    [Theory]
    [InlineData("cpu=4", "cpu=2", "spec.max: cpu is 2, less than the 4 of spec.min; write at least 4, or leave cpu out of spec.max for no limit.")]
    [InlineData("cpu=1", "cpu=999m", "spec.max: cpu is 999m, less than the 1 of spec.min; write at least 1, or leave cpu out of spec.max for no limit.")]
    [InlineData("memory=1Gi", "memory=1G", "spec.max: memory is 1G, less than the 1Gi of spec.min; write at least 1Gi, or leave memory out of spec.max for no limit.")]
    [InlineData("memory=30Pi", "memory=20Pi", "spec.max: memory is 20Pi, less than the 30Pi of spec.min; write at least 30Pi, or leave memory out of spec.max for no limit.")]
    [InlineData("cpu=-1", "", "spec.min: cpu is -1; write 0 or more, or leave cpu out.")]
    [InlineData("", "cpu=-1n", "spec.max: cpu is -1n; write 0 or more, or leave cpu out.")]
    [InlineData("cpu=ten", "cpu=2", "spec.min: cpu is 'ten', which is no quantity; write one like 4, 500m or 16Gi.")]
    [InlineData("cpu=1", "memory=10GB", "spec.max: memory is '10GB', which is no quantity; write one like 4, 500m or 16Gi.")]
    public void Others_are_refused_with_what_to_write_instead(string min, string max, string sentence)
    {
        Assert.Equal(sentence, Refusal(One("team-a/quota-a", min, max)));
        Assert.Equal(sentence, Refusal(Several("ops/all", "team-a", min, max)));
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_in_the_same_order_whatever_that_of_the_amounts()
    {
        const string Sentence = "spec.min: cpu is -1; write 0 or more, or leave cpu out. spec.min: memory is -2; write 0 or more, or leave memory out. "
            + "spec.max: pods is -3; write 0 or more, or leave pods out.";

        Assert.Equal(Sentence, Refusal(One("team-a/quota-a", "cpu=-1 memory=-2", "pods=-3")));
        Assert.Equal(Sentence, Refusal(One("team-a/quota-a", "memory=-2 cpu=-1", "pods=-3")));
    }

    [Fact]
    public void But_not_more_than_anybody_reads() =>
        Assert.EndsWith("And 3 more.", Refusal(One("team-a/quota-a", "a=-1 b=-1 c=-1 d=-1 e=-1 f=-1 g=-1 h=-1")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "spec.namespaces is empty; name at least one namespace.")]
    [InlineData("team-a Team_B", "spec.namespaces: 'Team_B' is no name of a namespace; write one like team-a.")]
    public void A_composite_names_namespaces(string namespaces, string sentence) => Assert.Equal(sentence, Refusal(Several("ops/all", namespaces, "cpu=1")));

    [Fact]
    public void An_empty_name_is_none()
    {
        var document = new CompositeElasticQuotaDocument { Spec = new CompositeElasticQuotaSpec { Namespaces = ["", null!] } };

        Assert.Equal("spec.namespaces: '' is no name of a namespace; write one like team-a.", Refusal(SubmittedQuota.Of(document, "ops")));
    }

    [Fact]
    public void A_namespace_that_is_named_twice_counts_once() => Assert.Equal(["team-a", "team-b"], Several("ops/all", "team-a team-b team-a").Namespaces);

    [Fact]
    public void What_does_not_change_the_quota_is_never_refused()
    {
        var wrong = One("team-a/quota-a", "cpu=4", "cpu=2");

        Assert.Same(QuotaAdmissionVerdict.Untouched, QuotaAdmission.Precheck(wrong, old: One("team-a/quota-a", "cpu=4", "cpu=2")));
        Assert.Same(QuotaAdmissionVerdict.Untouched, QuotaAdmission.Precheck(wrong with { Metadata = wrong.Metadata with { DeletionTimestamp = DateTimeOffset.UnixEpoch } }, null));
        Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Precheck(wrong, old: One("team-a/quota-a", "cpu=1", "cpu=2")));
        Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Precheck(wrong, old: One("team-a/quota-a", "cpu=4")));
    }

    private static string Refusal(SubmittedQuota quota) => Assert.IsType<QuotaAdmissionVerdict.Denied>(QuotaAdmission.Precheck(quota, null)).Sentence;
}
