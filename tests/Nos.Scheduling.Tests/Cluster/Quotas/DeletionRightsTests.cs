using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Tests.Cluster.InMemory;
using static Nos.Scheduling.Tests.Cluster.Quotas.Quotas;

namespace Nos.Scheduling.Tests.Cluster.Quotas;

public sealed class DeletionRightsTests : IDisposable
{
    private readonly TestCluster cluster = new();
    private readonly List<JsonObject> asked = [];

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task The_server_is_asked_about_the_author_as_it_knows_him()
    {
        var extra = new JsonObject { ["example.com/scopes"] = new JsonArray("a") };

        Assert.Null(await FirstForbidden(_ => true, new RequestAuthor("jane", "u-1", ["staff"], extra), "team-a/quota-a"));

        Assert.Equal(
            """{"user":"jane","groups":["staff"],"resourceAttributes":{"verb":"delete","group":"nos.nebuly.com","version":"v1alpha1","resource":"elasticquotas","namespace":"team-a","name":"quota-a"},"uid":"u-1","extra":{"example.com/scopes":["a"]}}""",
            Assert.Single(asked).ToJsonString());
    }

    [Fact]
    public async Task Nothing_is_asked_where_nothing_is_replaced()
    {
        Assert.Null(await FirstForbidden(_ => false, new RequestAuthor("jane", null, [], null)));
        Assert.Empty(asked);
    }

    [Fact]
    public async Task Who_may_delete_them_everywhere_is_asked_about_once()
    {
        Assert.Null(await FirstForbidden(_ => true, new RequestAuthor("admin", null, [], null), "team-a/a", "team-b/b", "team-c/c"));
        Assert.Null(Assert.Single(asked)["resourceAttributes"]!["namespace"]);
    }

    [Fact]
    public async Task The_first_that_he_may_not_delete_is_told()
    {
        var forbidden = await FirstForbidden(
            spec => (string?)spec["resourceAttributes"]!["namespace"] is "team-a", new RequestAuthor("jane", null, [], null), "team-a/a", "team-b/b", "team-c/c");

        Assert.Equal("team-b", forbidden);
    }

    private async Task<string?> FirstForbidden(Func<JsonObject, bool> allows, RequestAuthor author, params string[] places)
    {
        cluster.Server.Allows = spec =>
        {
            lock (asked)
            {
                asked.Add(spec);
            }

            return allows(spec);
        };
        return (await new DeletionRights(cluster.Client).FirstForbiddenAsync(author, [.. places.Select(place => OfOne(place))], CancellationToken.None))?.Metadata.Namespace;
    }
}
