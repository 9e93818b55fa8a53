using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class KubeClientTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_refusal_carries_what_the_server_said()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json(
            """{"kind":"Status","status":"Failure","message":"slow down","reason":"TooManyRequests","details":{"retryAfterSeconds":7},"code":429}""", 429)).Client();

        var refused = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Pods, "team", CancellationToken.None));

        Assert.Equal((429, "TooManyRequests", TimeSpan.FromSeconds(7), true), ((int)refused.Status, refused.Reason, refused.RetryAfter, refused.IsTransient));
        Assert.Equal("GET api/v1/namespaces/team/pods: the API server answered 429 TooManyRequests: slow down", refused.Message);
    }

    [Fact]
    public async Task A_refusal_in_plain_text_is_one_too()
    {
        using var client = new ScriptedServer(_ => new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("no upstream\n") }).Client();
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => client.FindAsync(KubeResources.Nodes, null, "n", CancellationToken.None));
        Assert.Equal("GET api/v1/nodes/n: the API server answered 502 BadGateway: no upstream", refused.Message);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up()
    {
        using var client = new ScriptedServer(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        }).Client(Short);

        var silent = await Assert.ThrowsAsync<KubeApiException>(() => client.FindAsync(KubeResources.Nodes, null, "n", CancellationToken.None));

        Assert.Equal((0, "Timeout", true), ((int)silent.Status, silent.Reason, silent.IsTransient));
    }

    [Fact]
    public async Task An_answer_that_stops_in_the_middle_is_given_up()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Stream(new PiecesStream(["{\"items\":["u8.ToArray()], PiecesStream.Silent))).Client(Short);
        var silent = await Assert.ThrowsAsync<KubeApiException>(() => client.ListAsync(KubeResources.Nodes, null, CancellationToken.None));
        Assert.Equal("Timeout", silent.Reason);
    }

    [Fact]
    public async Task Only_the_callers_own_wish_is_a_cancellation()
    {
        using var client = new ScriptedServer(async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException();
        }).Client();
        using var wish = new CancellationTokenSource(Short);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.FindAsync(KubeResources.Nodes, null, "n", wish.Token));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_no_answer()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Stream(new PiecesStream(["{\"metadata\""u8.ToArray()], PiecesStream.Broken))).Client();
        var broken = await Assert.ThrowsAsync<KubeApiException>(() => client.FindAsync(KubeResources.Nodes, null, "n", CancellationToken.None));
        Assert.True(broken.IsTransient);
        Assert.Contains("the connection was reset", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_no_JSON_is_told_as_such()
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json("<html>")).Client();
        var unreadable = await Assert.ThrowsAsync<KubeApiException>(() => client.FindAsync(KubeResources.Nodes, null, "n", CancellationToken.None));
        Assert.Equal("Unreadable", unreadable.Reason);
    }

    [Fact]
    public async Task Items_that_can_not_be_read_are_left_out_and_told()
    {
        List<UnreadableObject> told = [];
        using var http = new HttpClient(new ScriptedServer(_ => ScriptedServer.Json(
            """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"good"}},{"metadata":{"name":"bad","namespace":"x"},"status":[]}]}""")))
        { BaseAddress = new Uri("http://scripted/") };
        using var client = new KubeClient(http) { OnUnreadable = told.Add };

        var list = await client.ListAsync(KubeResources.Nodes, null, CancellationToken.None);

        Assert.Equal("good", Assert.Single(list.Items).Metadata.Name);
        Assert.Equal(("Node", "x/bad"), (Assert.Single(told).Kind, told[0].Name));
    }

    [Fact]
    public async Task A_list_whose_pages_expire_is_begun_anew_and_at_last_read_at_once()
    {
        var server = new ScriptedServer(request => request.RequestUri!.Query.Contains("continue", StringComparison.Ordinal)
            ? ScriptedServer.Json("""{"code":410,"reason":"Expired","message":"too old"}""", 410)
            : request.RequestUri.Query.Contains("limit", StringComparison.Ordinal)
                ? ScriptedServer.Json("""{"metadata":{"resourceVersion":"1","continue":"c/+="},"items":[{"metadata":{"name":"old"}}]}""")
                : ScriptedServer.Json("""{"metadata":{"resourceVersion":"2"},"items":[{"metadata":{"name":"new"}}]}"""));
        using var client = server.Client();

        var list = await client.ListAsync(KubeResources.Nodes, null, CancellationToken.None, labelSelector: "a in (b)");

        Assert.Equal(("new", "2"), (Assert.Single(list.Items).Metadata.Name, list.Metadata.ResourceVersion));
        var all = "/api/v1/nodes?labelSelector=a%20in%20%28b%29";
        Assert.Equal([$"{all}&limit=500", $"{all}&limit=500&continue=c%2F%2B%3D", $"{all}&limit=500", $"{all}&limit=500&continue=c%2F%2B%3D", all], server.Asked.Select(ask => ask.Path));
    }

    [Fact]
    public async Task What_is_created_says_what_it_is_and_has_no_empty_name()
    {
        var server = new ScriptedServer(_ => ScriptedServer.Json("{}", 201));
        using var client = server.Client();

        await client.CreateAsync(KubeResources.Leases, "ns", new LeaseDocument { Metadata = new ObjectMeta { GenerateName = "x-" } }, CancellationToken.None);

        var body = JsonNode.Parse(Assert.Single(server.Asked).Body)!;
        Assert.Equal(("coordination.k8s.io/v1", "Lease", null), ((string?)body["apiVersion"], (string?)body["kind"], body["metadata"]!["name"]));
    }

    [Theory]
    [InlineData("""{"name":"pods/eviction","kind":"Eviction","group":"policy","version":"v1"}""", "policy/v1")]
    [InlineData("""{"name":"pods/eviction","kind":"Eviction","group":"policy","version":"v1beta1"}""", "policy/v1beta1")]
    public async Task Evicts_in_the_version_that_the_server_takes(string offered, string version)
    {
        var server = new ScriptedServer(request => request.Method == HttpMethod.Get
            ? ScriptedServer.Json($$$"""{"resources":[{"name":"pods"},{{{offered}}}]}""")
            : ScriptedServer.Json("{}", 201));
        using var client = server.Client();

        var answers = new[]
        {
            await client.EvictAsync("ns", "a", "uid-1", CancellationToken.None, 5),
            await client.EvictAsync("ns", "b", "uid-2", CancellationToken.None),
        };

        Assert.All(answers, answer => Assert.Equal(EvictionOutcome.Evicted, answer.Outcome));
        Assert.Equal(["/api/v1", "/api/v1/namespaces/ns/pods/a/eviction", "/api/v1/namespaces/ns/pods/b/eviction"], server.Asked.Select(ask => ask.Path));
        var body = JsonNode.Parse(server.Asked[1].Body)!;
        Assert.Equal((version, "uid-1", 5), ((string?)body["apiVersion"], (string?)body["deleteOptions"]!["preconditions"]!["uid"], (int?)body["deleteOptions"]!["gracePeriodSeconds"]));
    }

    [Fact]
    public async Task Asks_anew_for_the_version_of_evictions_when_the_server_no_longer_takes_it()
    {
        var isUpgraded = false;
        var server = new ScriptedServer(request => request.Method == HttpMethod.Get
            ? ScriptedServer.Json($$$"""{"resources":[{"name":"pods/eviction","group":"policy","version":"{{{(isUpgraded ? "v1" : "v1beta1")}}}"}]}""")
            : ScriptedServer.Json("""{"reason":"BadRequest","message":"no kind Eviction is registered for version policy/v1beta1"}""", isUpgraded && request.Content!.ReadAsStringAsync().Result.Contains("v1beta1", StringComparison.Ordinal) ? 400 : 201));
        using var client = server.Client();

        await client.EvictAsync("ns", "a", "x", CancellationToken.None);
        isUpgraded = true;
        await Assert.ThrowsAsync<KubeApiException>(() => client.EvictAsync("ns", "a", "x", CancellationToken.None));

        Assert.Equal(EvictionOutcome.Evicted, (await client.EvictAsync("ns", "a", "x", CancellationToken.None)).Outcome);
    }

    [Theory]
    [InlineData(429, """{"message":"would violate","details":{"retryAfterSeconds":10,"causes":[{"reason":"DisruptionBudget"}]}}""", EvictionOutcome.BlockedByBudget)]
    [InlineData(429, """{"message":"Cannot evict pod as it would violate the pod's disruption budget."}""", EvictionOutcome.BlockedByBudget)]
    [InlineData(500, """{"message":"This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."}""", EvictionOutcome.BlockedByBudget)]
    [InlineData(404, """{"reason":"NotFound"}""", EvictionOutcome.Gone)]
    [InlineData(409, """{"reason":"Conflict","message":"Precondition failed: UID in precondition: x, UID in object meta: y"}""", EvictionOutcome.Gone)]
    [InlineData(429, """{"reason":"TooManyRequests","message":"Too many requests, please try again later."}""", null)]
    [InlineData(500, """{"message":"etcd is down"}""", null)]
    public async Task Tells_budgets_from_busy_servers(int status, string body, EvictionOutcome? expected)
    {
        using var client = new ScriptedServer(request => request.Method == HttpMethod.Post
            ? ScriptedServer.Json(body, status)
            : request.RequestUri!.AbsolutePath == "/api/v1"
                ? ScriptedServer.Json("""{"resources":[{"name":"pods/eviction","group":"policy","version":"v1"}]}""")
                : ScriptedServer.Json("""{"metadata":{"name":"a","uid":"y"}}""")).Client();

        if (expected is { } outcome)
        {
            Assert.Equal(outcome, (await client.EvictAsync("ns", "a", "x", CancellationToken.None)).Outcome);
        }
        else
        {
            Assert.True((await Assert.ThrowsAsync<KubeApiException>(() => client.EvictAsync("ns", "a", "x", CancellationToken.None))).IsTransient);
        }
    }

    [Theory]
    [InlineData("uid-other", false)]
    [InlineData("uid", true)]
    public async Task Deleting_an_object_that_is_another_by_now_is_no_error(string found, bool throws)
    {
        using var client = new ScriptedServer(request => request.Method == HttpMethod.Delete
            ? ScriptedServer.Json("""{"reason":"Conflict","message":"try again"}""", 409)
            : ScriptedServer.Json($$$"""{"metadata":{"name":"n","uid":"{{{found}}}"}}""")).Client();

        var failure = await Record.ExceptionAsync(() => client.DeleteAsync(KubeResources.Nodes, null, "n", CancellationToken.None, uid: "uid"));

        Assert.Equal(throws, failure is KubeApiException { IsConflict: true });
        Assert.Equal(throws, failure is not null);
    }

    [Theory]
    [InlineData("1", "20+", "v1.20.2", 1, 20)]
    [InlineData("1", "36", "v1.36.2", 1, 36)]
    [InlineData("", "x", "odd", 0, 0)]
    public async Task Reads_versions_as_vendors_write_them(string major, string minor, string git, int expectedMajor, int expectedMinor)
    {
        using var client = new ScriptedServer(_ => ScriptedServer.Json($$$"""{"major":"{{{major}}}","minor":"{{{minor}}}","gitVersion":"{{{git}}}"}""")).Client();
        var version = await client.ServerVersionAsync(CancellationToken.None);
        Assert.Equal(new KubeServerVersion(expectedMajor, expectedMinor, git), version);
    }

    [Fact]
    public async Task A_group_that_is_not_there_offers_nothing()
    {
        using var client = new ScriptedServer(request => request.RequestUri!.AbsolutePath == "/apis/policy/v1"
            ? ScriptedServer.Json("""{"resources":[{"name":"poddisruptionbudgets"}]}""")
            : ScriptedServer.Json("{}", 404)).Client();
        Assert.True(await client.OffersAsync("policy", "v1", "poddisruptionbudgets", CancellationToken.None));
        Assert.False(await client.OffersAsync("policy", "v1", "others", CancellationToken.None));
        Assert.False(await client.OffersAsync("nos.nebuly.com", "v1alpha1", "gpunodes", CancellationToken.None));
    }

    [Fact]
    public async Task A_patch_says_that_it_is_a_merge_patch()
    {
        string? type = null;
        using var client = new ScriptedServer(request =>
        {
            type = request.Content!.Headers.ContentType!.ToString();
            return ScriptedServer.Json("{}");
        }).Client();
        await client.PatchAsync(KubeResources.GpuNodes, null, "n", new JsonObject { ["a"] = null }, CancellationToken.None, "status");
        Assert.Equal("application/merge-patch+json", type);
    }
}
