using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

public sealed class AdmissionTests : IDisposable
{
    private const string AddLabel = """[{"op":"add","path":"/metadata/labels","value":{"seen":"yes"}}]""";

    private readonly TestCluster cluster = new();

    public void Dispose() => cluster.Dispose();

    [Fact]
    public async Task A_webhook_changes_what_is_stored()
    {
        cluster.Server.Add(Webhook(_ => Allowed(AddLabel)));
        var pod = await cluster.AddPodAsync("a");
        Assert.Equal("yes", pod.Metadata.Label("seen"));
    }

    [Fact]
    public async Task A_webhook_sees_who_asks_and_what_there_is()
    {
        var calls = new List<AdmissionCall>();
        cluster.Server.Add(Webhook(call =>
        {
            calls.Add(call);
            return Allowed(null);
        }));
        var pod = TestCluster.Pod("");
        pod["metadata"] = new JsonObject { ["generateName"] = "job-" };
        var created = await cluster.CreateAsync(KubeResources.Pods, "default", pod);
        await cluster.PatchAsync(created, new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["x"] = "y" } } });
        await cluster.PatchAsync(created, new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } }, "status");
        await cluster.BindAsync(created, "n");

        Assert.Equal(["CREATE", "UPDATE"], calls.Select(call => call.Operation));
        Assert.Equal(["", created.Metadata.Name], calls.Select(call => call.Name));
        Assert.All(calls, call => Assert.Equal("tester", call.UserName));
        Assert.Null(calls[0].OldObject);
        Assert.Equal("y", (string?)calls[1].Object["metadata"]!["labels"]!["x"]);
        Assert.Null(calls[1].OldObject!["metadata"]!["labels"]);
    }

    [Fact]
    public async Task What_a_webhook_denies_is_not_stored()
    {
        cluster.Server.Add(Webhook(_ => new AdmissionVerdict(false, "write something else instead", null, [])));
        var denied = await Assert.ThrowsAsync<KubeApiException>(() => cluster.AddPodAsync("a"));
        Assert.Equal(HttpStatusCode.Forbidden, denied.Status);
        Assert.Contains("write something else instead", denied.Message, StringComparison.Ordinal);
        Assert.Null(await cluster.FindPodAsync("a"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_webhook_that_fails_is_ignored_or_not_as_it_was_agreed(bool failsClosed)
    {
        cluster.Server.Add(new InMemoryWebhook("pods", failsClosed, (_, _) => throw new HttpRequestException("down")));

        if (failsClosed)
        {
            var refused = await Assert.ThrowsAsync<KubeApiException>(() => cluster.AddPodAsync("a"));
            Assert.Equal(500, (int)refused.Status);
        }
        else
        {
            Assert.Null((await cluster.AddPodAsync("a")).Metadata.Label("seen"));
        }

        Assert.Equal(1, cluster.Server.WebhookFailures);
    }

    [Fact]
    public async Task Half_a_patch_is_none()
    {
        cluster.Server.Add(Webhook(_ => Allowed("""[{"op":"add","path":"/metadata/labels","value":{}},{"op":"remove","path":"/nothing"}]""")));
        var pod = await cluster.AddPodAsync("a");
        Assert.Null(pod.Metadata.Labels);
        Assert.Equal(1, cluster.Server.WebhookFailures);
    }

    [Fact]
    public async Task Reviews_go_over_HTTP_and_back()
    {
        using var http = new HttpClient(new Reviewer());
        cluster.Server.Add(InMemoryWebhook.Over("pods", true, http, () => new Uri("https://webhook/mutate")));
        using var user = cluster.Server.CreateHttpClient("somebody");

        using var body = new StringContent(TestCluster.Pod("a").ToJsonString(), Encoding.UTF8, "application/json");
        var response = await user.PostAsync(new Uri("api/v1/namespaces/default/pods", UriKind.Relative), body);
        var pod = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("CREATE pods default/a by somebody", (string?)pod["metadata"]!["labels"]!["seen"]);
        Assert.Contains("299 - \"mind the gap\"", response.Headers.GetValues("Warning"));
    }

    [Fact]
    public async Task Seeds_are_shown_to_nobody()
    {
        cluster.Server.Add(Webhook(_ => throw new InvalidOperationException("asked")));
        var pod = TestCluster.Pod("a");
        pod["status"] = new JsonObject { ["phase"] = "Running" };

        cluster.Server.Seed("api/v1/namespaces/default/pods", Encoding.UTF8.GetBytes(pod.ToJsonString()));

        Assert.Equal("Running", (await cluster.FindPodAsync("a"))!.Status.Phase);
        Assert.Equal(0, cluster.Server.WebhookFailures);
        Assert.Throws<ArgumentException>(() => cluster.Server.Seed("api/v1/namespaces/default/pods", Encoding.UTF8.GetBytes(pod.ToJsonString())));
    }

    private static InMemoryWebhook Webhook(Func<AdmissionCall, AdmissionVerdict> ask) => new("pods", false, (call, _) => Task.FromResult(ask(call)));

    private static AdmissionVerdict Allowed(string? patch) => new(true, "", patch is null ? null : JsonNode.Parse(patch)!.AsArray(), []);

    private sealed class Reviewer : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!["request"]!;
            var seen = $"{asked["operation"]} {asked["resource"]!["resource"]} {asked["namespace"]}/{asked["name"]} by {asked["userInfo"]!["username"]}";
            var patch = new JsonArray(new JsonObject { ["op"] = "add", ["path"] = "/metadata/labels", ["value"] = new JsonObject { ["seen"] = seen } });
            var answer = new JsonObject
            {
                ["response"] = new JsonObject
                {
                    ["uid"] = (string?)asked["uid"],
                    ["allowed"] = true,
                    ["patchType"] = "JSONPatch",
                    ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(patch.ToJsonString())),
                    ["warnings"] = new JsonArray("mind the gap"),
                },
            };
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString()) };
        }
    }
}
