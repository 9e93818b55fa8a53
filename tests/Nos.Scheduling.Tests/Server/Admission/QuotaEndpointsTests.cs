using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Server.Admission;

namespace Nos.Scheduling.Tests.Server.Admission;

/// <summary>The wire: AdmissionReviews about quotas in, answers as Kubernetes expects them out, beside what an API server in memory holds.</summary>
public sealed class QuotaEndpointsTests : IDisposable
{
    private readonly InMemoryApiServer api = new(TimeProvider.System);

    public QuotaEndpointsTests()
    {
        foreach (var ns in (string[])["team-a", "team-b", "ops"])
        {
            api.Seed("api/v1/namespaces", Encoding.UTF8.GetBytes($$$"""{"metadata": {"name": "{{{ns}}}"}}"""));
        }
    }

    public void Dispose() => api.Dispose();

    [Fact]
    public async Task Lets_a_quota_in_without_a_word()
    {
        var (answer, result) = await AskAsync(Question("ElasticQuota", "team-a", """{"min": {"cpu": 2, "nos.nebuly.com/gpu-memory": "16"}, "max": {"cpu": 10}}"""));

        Assert.Equal("allowed", result);
        Assert.Equal("""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"u-1","allowed":true}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Keeps_one_out_with_400_and_what_to_write_instead()
    {
        var (answer, result) = await AskAsync(Question("ElasticQuota", "team-a", """{"min": {"cpu": 4}, "max": {"cpu": "2"}}"""));

        Assert.Equal("denied", result);
        Assert.False((bool)answer["response"]!["allowed"]!);
        Assert.Equal(
            """{"code":400,"reason":"BadRequest","message":"spec.max: cpu is 2, less than the 4 of spec.min; write at least 4, or leave cpu out of spec.max for no limit."}""",
            answer["response"]!["status"]!.ToJsonString());
    }

    [Fact]
    public async Task Goes_by_the_quotas_that_exist_this_moment_and_by_the_namespace_of_the_request()
    {
        var question = Question("ElasticQuota", "team-a", """{"min": {"cpu": 2}}""");
        Assert.Equal("allowed", (await AskAsync(question)).Result);

        Add("team-a", "elasticquotas", """{"metadata": {"name": "another"}}""");
        Assert.Equal("denied", (await AskAsync(question)).Result);

        question["request"]!["object"]!["metadata"]!["namespace"] = "team-a";
        question["request"]!["namespace"] = "team-b";
        Assert.Equal("allowed", (await AskAsync(question)).Result);
    }

    [Fact]
    public async Task Lets_a_composite_replace_what_its_author_may_delete()
    {
        Add("team-a", "elasticquotas", """{"metadata": {"name": "quota-a"}}""");

        var (answer, result) = await AskAsync(Question("CompositeElasticQuota", "ops", """{"namespaces": ["team-a", "team-b"]}"""));

        Assert.Equal("allowed", result);
        Assert.Equal("""["ElasticQuota team-a/quota-a will be deleted: this composite replaces it."]""", answer["response"]!["warnings"]!.ToJsonString());
    }

    [Fact]
    public async Task And_nothing_else()
    {
        Add("team-a", "elasticquotas", """{"metadata": {"name": "quota-a"}}""");
        api.Allows = spec => (string?)spec["user"] != "jane";

        var (answer, result) = await AskAsync(Question("CompositeElasticQuota", "ops", """{"namespaces": ["team-a"]}"""));

        Assert.Equal("denied", result);
        Assert.Equal((403, "Forbidden"), ((int?)answer["response"]!["status"]!["code"], (string?)answer["response"]!["status"]!["reason"]));
        Assert.Equal(
            "Namespace team-a has the ElasticQuota quota-a, which this composite would replace, and jane may not delete it; leave team-a out of spec.namespaces, or have this written by somebody who may.",
            (string?)answer["response"]!["status"]!["message"]);
    }

    [Fact]
    public async Task Does_not_guess_at_rights_when_nobody_tells_them()
    {
        Add("team-a", "elasticquotas", """{"metadata": {"name": "quota-a"}}""");
        api.Allows = _ => throw new InvalidOperationException("the authorizer is ill");

        var (answer, _) = await AskAsync(Question("CompositeElasticQuota", "ops", """{"namespaces": ["team-a"]}"""));

        Assert.Equal(503, (int?)answer["response"]!["status"]!["code"]);
    }

    [Fact]
    public async Task Leaves_a_change_of_metadata_alone()
    {
        var question = Question("ElasticQuota", "team-a", """{"min": {"cpu": 4}, "max": {"cpu": 2}}""");
        question["request"]!["operation"] = "UPDATE";
        question["request"]!["oldObject"] = question["request"]!["object"]!.DeepClone();
        question["request"]!["object"]!["metadata"]!["finalizers"] = new JsonArray();

        Assert.Equal("allowed", (await AskAsync(question)).Result);

        question["request"]!["object"]!["spec"]!["min"]!["cpu"] = 3;

        Assert.Equal("denied", (await AskAsync(question)).Result);
    }

    [Theory]
    [InlineData("DELETE", null)]
    [InlineData("CONNECT", null)]
    [InlineData("UPDATE", "status")]
    public async Task Has_no_opinion_on_what_does_not_concern_it(string operation, string? subresource)
    {
        var question = Question("ElasticQuota", "team-a", """{"min": {"cpu": -4}}""");
        question["request"]!["operation"] = operation;
        question["request"]!["subResource"] = subresource;

        Assert.Equal("allowed", (await AskAsync(question)).Result);
    }

    [Theory]
    [InlineData("ElasticQuota", "\"banana\"", "The object is no ElasticQuota that can be read: see $; amounts are quantities such as 4, 500m or 16Gi.")]
    [InlineData("ElasticQuota", """{"spec": {"min": {"cpu": {}}}}""", "The object is no ElasticQuota that can be read: see $.spec.min.cpu; amounts are quantities such as 4, 500m or 16Gi.")]
    [InlineData("ElasticQuota", """{"spec": {"max": {"cpu": null}}}""", "The object is no ElasticQuota that can be read: see $.spec.max.cpu; amounts are quantities such as 4, 500m or 16Gi.")]
    [InlineData("CompositeElasticQuota", """{"spec": {"namespaces": "team-a"}}""", "The object is no CompositeElasticQuota that can be read: see $.spec.namespaces; amounts are quantities such as 4, 500m or 16Gi.")]
    [InlineData("CompositeElasticQuota", "{}", "spec.namespaces is empty; name at least one namespace.")]
    [InlineData("Pod", "{}", "The kind is 'Pod'; ElasticQuota and CompositeElasticQuota are judged here.")]
    [InlineData("ElasticQuota", "null", "The request has no object; send the quota as it will be.")]
    public async Task Keeps_out_what_is_no_quota_and_says_where(string kind, string json, string sentence)
    {
        var question = Question(kind, "team-a", "{}");
        question["request"]!["object"] = JsonNode.Parse(json);

        var (answer, _) = await AskAsync(question);

        Assert.Equal((400, sentence), ((int?)answer["response"]!["status"]?["code"], (string?)answer["response"]!["status"]?["message"]));
    }

    [Theory]
    [InlineData("banana")]
    [InlineData("""{"request": {}}""")]
    [InlineData("""{"kind": "Pod", "request": {"uid": "1"}}""")]
    public async Task Refuses_what_is_no_question(string body)
    {
        var (answer, result, status) = await PostAsync(body);

        Assert.Equal(("refused", 400), (result, status));
        Assert.NotNull(answer["detail"]);
    }

    private async Task<(JsonObject Answer, string Result)> AskAsync(JsonObject question)
    {
        var (answer, result, status) = await PostAsync(question.ToJsonString());
        Assert.Equal(200, status);
        Assert.Equal("u-1", (string?)answer["response"]!["uid"]);
        return (answer, result);
    }

    private async Task<(JsonObject Answer, string Result, int Status)> PostAsync(string body)
    {
        using var client = api.CreateClient("nos-server");
        var endpoints = new QuotaEndpoints(new QuotaReview(new QuotaReader(client, () => KnownQuotas.None), new DeletionRights(client)));
        using var output = new MemoryStream();
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = output;

        var result = await endpoints.ValidateAsync(http);

        await http.Response.BodyWriter.FlushAsync();
        return (JsonNode.Parse(Encoding.UTF8.GetString(output.ToArray()))!.AsObject(), result, http.Response.StatusCode);
    }

    private void Add(string ns, string plural, string json) => api.Seed($"apis/nos.nebuly.com/v1alpha1/namespaces/{ns}/{plural}", Encoding.UTF8.GetBytes(json));

    private static JsonObject Question(string kind, string ns, string spec) => new()
    {
        ["apiVersion"] = "admission.k8s.io/v1",
        ["kind"] = "AdmissionReview",
        ["request"] = new JsonObject
        {
            ["uid"] = "u-1",
            ["kind"] = new JsonObject { ["group"] = "nos.nebuly.com", ["version"] = "v1alpha1", ["kind"] = kind },
            ["resource"] = new JsonObject { ["group"] = "nos.nebuly.com", ["version"] = "v1alpha1", ["resource"] = kind.ToLowerInvariant() + "s" },
            ["name"] = "quota",
            ["namespace"] = ns,
            ["operation"] = "CREATE",
            ["userInfo"] = new JsonObject { ["username"] = "jane", ["groups"] = new JsonArray("system:authenticated") },
            ["object"] = new JsonObject
            {
                ["apiVersion"] = "nos.nebuly.com/v1alpha1",
                ["kind"] = kind,
                ["metadata"] = new JsonObject { ["name"] = "quota" },
                ["spec"] = JsonNode.Parse(spec),
            },
            ["dryRun"] = false,
        },
    };
}
