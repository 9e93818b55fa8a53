using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Tests.Cluster.InMemory;
using static Nos.Scheduling.Tests.Cluster.Quotas.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class QuotaReaderTests : IDisposable
{
    private static readonly string[] Teams = ["team-a", "team-b"];
    private readonly TestCluster cluster = new();

    public QuotaReaderTests()
    {
        foreach (var team in Teams)
        {
            cluster.Server.Seed("api/v1/namespaces", System.Text.Encoding.UTF8.GetBytes($$$"""{"metadata": {"name": "{{{team}}}"}}"""));
        }
    }

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task What_exists_this_moment_counts_not_what_was_heard()
    {
        await AddAsync("team-a", "quota");
        await AddAsync("team-b", "quota");
        await cluster.CreateAsync(KubeResources.CompositeElasticQuotas, "team-a", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "all" } });
        var reader = new QuotaReader(cluster.Client, () => KnownQuotas.None);

        var besideOne = await reader.ReadAsync(One("team-b/new"), CancellationToken.None);
        var besideSeveral = await reader.ReadAsync(Several("team-b/new", "team-a"), CancellationToken.None);

        Assert.Equal(["team-b"], besideOne.OfOne.Select(quota => quota.Metadata.Namespace));
        Assert.Equal(["team-a", "team-b"], besideSeveral.OfOne.Select(quota => quota.Metadata.Namespace).Order(StringComparer.Ordinal));
        Assert.Equal(["all"], besideOne.OfSeveral.Select(quota => quota.Metadata.Name));
    }

    [Fact]
    public async Task What_was_heard_has_to_do_where_the_server_does_not_answer()
    {
        var heard = new KnownQuotas([OfOne("team-a/quota-a")], []);
        cluster.Server.Dispose();

        Assert.Same(heard, await new QuotaReader(cluster.Client, () => heard).ReadAsync(One("team-a/new"), CancellationToken.None));
    }

    [Fact]
    public void What_informers_tell_is_known_by_namespace_and_name()
    {
        var heard = new HeardQuotas();

        heard.Apply(new InformerEvent<ElasticQuotaDocument>(true, [OfOne("team-a/quota", "cpu=1"), OfOne("team-b/quota")], []));
        heard.Apply(new InformerEvent<ElasticQuotaDocument>(false, [OfOne("team-a/quota", "cpu=2")], [OfOne("team-b/quota")]));
        heard.Apply(new InformerEvent<CompositeElasticQuotaDocument>(true, [OfSeveral("ops/all", "team-c")], []));

        Assert.Equal("2", Assert.Single(heard.Current.OfOne).Spec.Min["cpu"].Text);
        Assert.Single(heard.Current.OfSeveral);

        heard.Apply(new InformerEvent<ElasticQuotaDocument>(true, [], []));

        Assert.Empty(heard.Current.OfOne);
    }

    private Task<ElasticQuotaDocument> AddAsync(string ns, string name) =>
        cluster.CreateAsync(KubeResources.ElasticQuotas, ns, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
}
