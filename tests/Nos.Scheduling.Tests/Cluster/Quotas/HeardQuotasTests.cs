using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class HeardQuotasTests
{
    private readonly HeardQuotas heard = new();
    private readonly List<string> told = [];

    public HeardQuotasTests() => heard.Told = news => told.AddRange(news.Select(quota => $"{quota.Key}: {string.Join(' ', quota.Touched.Order(StringComparer.Ordinal))}"));

    [Fact]
    public void Tells_which_namespaces_a_change_touches_and_that_a_status_touches_none()
    {
        Hear(Quotas.OfSeveral("q/all", "a b"));
        Hear(Quotas.OfSeveral("q/all", "b c"));
        Hear(Quotas.OfSeveral("q/all", "b c") with { Status = new ElasticQuotaStatus() });
        Hear(Quotas.OfSeveral("q/all", "b c", "cpu=1"));
        heard.Apply(new InformerEvent<CompositeElasticQuotaDocument>(false, [], [Quotas.OfSeveral("q/all", "b c")]));

        Assert.Equal(["a b", "a b c", "", "b c", "b c"], told.Select(line => line["CompositeElasticQuota q/all: ".Length..]));
        Assert.Empty(heard.Keys);
        Assert.Empty(heard.Naming("b"));
    }

    [Fact]
    public void Another_object_of_the_same_name_touches_its_namespaces_and_so_does_one_that_is_going()
    {
        var quota = WithMeta(Quotas.OfOne("a/quota"), meta => meta with { Uid = "1" });
        Hear(quota);
        Hear(WithMeta(quota, meta => meta with { Uid = "2" }));
        Hear(WithMeta(quota, meta => meta with { Uid = "2", DeletionTimestamp = DateTimeOffset.UnixEpoch }));
        Hear(WithMeta(quota, meta => meta with { Uid = "2", DeletionTimestamp = DateTimeOffset.UnixEpoch, Labels = new() { ["x"] = "y" } }));

        Assert.Equal(["ElasticQuota a/quota: a", "ElasticQuota a/quota: a", "ElasticQuota a/quota: a", "ElasticQuota a/quota: "], told);
    }

    [Fact]
    public void Knows_who_names_a_namespace_and_what_is_in_it()
    {
        Hear(Quotas.OfOne("a/one"));
        Hear(Quotas.OfOne("a/two"));
        Hear(Quotas.OfOne("b/one"));
        Hear(Quotas.OfSeveral("b/one", "a c"));

        Assert.Equal([new("a", "one", false), new("a", "two", false), new("b", "one", true)], heard.Naming("a").OrderBy(key => $"{key.IsComposite}{key.Name}"));
        Assert.Equal(["one", "two"], heard.In("a").Select(quota => quota.Metadata.Name).Order());
        Assert.Empty(heard.In("c"));
        Assert.Equal(4, heard.Keys.Count);
        Assert.True(heard.Find(new QuotaKey("b", "one", true))!.Wanted.IsComposite);
        Assert.Null(heard.Find(new QuotaKey("c", "one", true)));
    }

    [Fact]
    public void A_list_says_all_there_is_of_its_kind()
    {
        Hear(Quotas.OfOne("a/one"));
        Hear(Quotas.OfSeveral("q/all", "b"));

        heard.Apply(new InformerEvent<ElasticQuotaDocument>(true, [Quotas.OfOne("c/one")], []));

        Assert.Equal([new("c", "one", false), new("q", "all", true)], heard.Keys.OrderBy(key => key.Namespace));
        Assert.Equal(["ElasticQuota a/one: a", "ElasticQuota c/one: c"], told[2..]);
    }

    [Fact]
    public void The_answer_of_a_write_is_not_undone_by_what_was_before_it()
    {
        var quota = WithMeta(Quotas.OfOne("a/one"), meta => meta with { Uid = "1", ResourceVersion = "5" });
        var written = WithMeta(quota, meta => meta with { ResourceVersion = "7" }) with { Status = new ElasticQuotaStatus() };
        Hear(quota);
        told.Clear();

        heard.Renew(written);
        Hear(WithMeta(quota, meta => meta with { ResourceVersion = "6" }));

        Assert.NotNull(heard.Find(new QuotaKey("a", "one", false))!.Status);
        Assert.Empty(told);
        Assert.Single(heard.Naming("a"));
    }

    [Theory]
    [InlineData("2", "9")]
    [InlineData("1", "4")]
    public void The_answer_of_a_write_to_what_is_gone_or_newer_is_not_believed(string uid, string version)
    {
        var quota = WithMeta(Quotas.OfOne("a/one"), meta => meta with { Uid = "1", ResourceVersion = "5" });
        var written = WithMeta(quota, meta => meta with { Uid = uid, ResourceVersion = version }) with { Status = new ElasticQuotaStatus() };

        heard.Renew(written);
        Assert.Empty(heard.Keys);

        Hear(quota);
        heard.Renew(written);
        Assert.Null(heard.Find(new QuotaKey("a", "one", false))!.Status);
    }

    private static ElasticQuotaDocument WithMeta(ElasticQuotaDocument quota, Func<ObjectMeta, ObjectMeta> change) => quota with { Metadata = change(quota.Metadata) };

    private void Hear(ElasticQuotaDocument quota) => heard.Apply(new InformerEvent<ElasticQuotaDocument>(false, [quota], []));

    private void Hear(CompositeElasticQuotaDocument quota) => heard.Apply(new InformerEvent<CompositeElasticQuotaDocument>(false, [quota], []));
}
