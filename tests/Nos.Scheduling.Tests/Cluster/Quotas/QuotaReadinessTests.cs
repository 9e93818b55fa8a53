using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaReadinessTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 9, 0, 1, 700, TimeSpan.Zero);
    private static readonly QuotaKey Own = new("a", "quota", IsComposite: false);
    private static readonly QuotaKey Older = new("x", "old", IsComposite: true);

    [Fact]
    public void All_that_it_says_is_in_force()
    {
        var quota = Quotas.One("a/quota", "cpu=2", "cpu=2");

        var condition = Of(quota with { Metadata = quota.Metadata with { Generation = 7 } }, Ruled("a"));

        Assert.Equal(
            new Condition
            {
                Type = "Ready", Status = "True", Reason = "InForce", Message = "It rules namespace a.", ObservedGeneration = 7,
                LastTransitionTime = new DateTimeOffset(2026, 11, 25, 9, 0, 1, TimeSpan.Zero),
            },
            condition);
    }

    [Fact]
    public void A_composite_says_how_many_namespaces_it_rules() =>
        Assert.Equal("It rules 2 namespaces.", Of(Quotas.Several("q/all", "a b"), By(new("q", "all", true), "a"), By(new("q", "all", true), "b")).Message);

    [Theory]
    [InlineData("", "", "x", true, "NamespaceConflict", "Namespace a is under CompositeElasticQuota x/old, and not counted here.")]
    [InlineData("", "", "", false, "NamespaceMissing", "There is no namespace a.")]
    [InlineData("cpu=2 memory=1Gi", "cpu=1900m memory=1Gi", "", true, "MinAboveMax", "min of cpu is 2, more than its max of 1900m, which is the limit.")]
    [InlineData("cpu=-1", "memory=-1Gi", "", true, "NegativeAmount", "min of cpu is -1, and counts as 0. max of memory is -1Gi, and counts as 0.")]
    [InlineData("cpu=two", "memory=1GB", "", true, "UnreadableAmount", "min of cpu is 'two', which is no quantity, and not judged. max of memory is '1GB', which is no quantity, and not judged.")]
    [InlineData("cpu=0", "cpu=-1", "", true, "NegativeAmount", "max of cpu is -1, and counts as 0.")]
    [InlineData("cpu=two", "cpu=1", "", true, "UnreadableAmount", "min of cpu is 'two', which is no quantity, and not judged.")]
    [InlineData("cpu=two memory=-1", "memory=-2 pods=0", "x", false, "NamespaceConflict",
        "Namespace a is under CompositeElasticQuota x/old, and not counted here. There is no namespace a. min of memory is -1, and counts as 0. "
        + "max of memory is -2, and counts as 0. min of cpu is 'two', which is no quantity, and not judged.")]
    public void What_is_wrong_is_said_all_of_it_and_the_reason_is_the_first(string min, string max, string ruler, bool exists, string reason, string message)
    {
        var condition = Of(Quotas.One("a/quota", min, max), new CoveredNamespace("a", exists, ruler == "x" ? Older : Own));

        Assert.Equal(("False", reason, message), (condition.Status, condition.Reason, condition.Message));
    }

    [Fact]
    public void Only_the_namespaces_that_another_rules_are_named_and_no_more_than_anybody_reads()
    {
        var composite = new QuotaKey("q", "all", IsComposite: true);
        var quota = Quotas.Several("q/all", "a b c d e f g h");
        var names = quota.Namespaces.Select(ns => By(ns is "a" or "b" ? composite : Older, ns)).ToArray();

        var message = Of(quota, names).Message!;

        Assert.DoesNotContain("Namespace b ", message, StringComparison.Ordinal);
        Assert.StartsWith("Namespace c is under", message, StringComparison.Ordinal);
        Assert.EndsWith("Namespace g is under CompositeElasticQuota x/old, and not counted here. And 1 more.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ElasticQuota_is_no_composite_of_the_same_name() => Assert.Equal(
        "NamespaceConflict", Of(Quotas.One("a/quota"), By(new QuotaKey("a", "quota", IsComposite: true), "a")).Reason);

    [Fact]
    public void The_transition_is_when_the_status_changed_not_the_reason()
    {
        var (quota, at) = (Quotas.One("a/quota"), Now.AddHours(-1));
        Condition[] before = [new() { Type = "Other", Status = "False", LastTransitionTime = at.AddHours(-1) }, new() { Type = "Ready", Status = "False", Reason = "MinAboveMax", LastTransitionTime = at }];

        Assert.Equal(at, QuotaReadiness.Of(quota, [By(Older, "a")], before, Now).LastTransitionTime);
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 9, 0, 1, TimeSpan.Zero), QuotaReadiness.Of(quota, [Ruled("a")], before, Now).LastTransitionTime);
    }

    private static Condition Of(SubmittedQuota quota, params CoveredNamespace[] namespaces) => QuotaReadiness.Of(quota, namespaces, [], Now);

    private static CoveredNamespace Ruled(string ns) => By(Own, ns);

    private static CoveredNamespace By(QuotaKey ruler, string ns) => new(ns, Exists: true, ruler);
}
