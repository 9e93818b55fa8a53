using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Server.Admission;
using Nos.Scheduling.Tests.Choosing;
using Nos.Scheduling.Quotas;

namespace Nos.Scheduling.Tests.Server.Admission;

/// <summary>The wire: questions as a Kubernetes 1.36.2 recorded them, answers as it expects them.</summary>
public sealed class AdmissionEndpointsTests
{
    private const string Gb = "nos.nebuly.com/gpu-memory";

    [Theory]
    [InlineData("create-generatename")]
    [InlineData("create-binding")]
    [InlineData("delete")]
    [InlineData("delete-generatename")]
    [InlineData("update")]
    [InlineData("update-generatename")]
    public async Task Lets_recorded_pods_through_that_ask_for_nothing_new(string file)
    {
        var question = Recorded(file);

        var (answer, result) = await AskAsync(question);

        Assert.Equal("unchanged", result);
        var uid = (string?)question["request"]!["uid"];
        Assert.Equal($$$"""{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{"uid":"{{{uid}}}","allowed":true}}""", answer.ToJsonString());
    }

    [Fact]
    public async Task Sends_a_recorded_pod_that_names_a_slice_to_nodes_of_its_mode()
    {
        var (answer, result) = await AskAsync(Recorded("create"));

        Assert.Equal("rewritten", result);
        Assert.Equal("JSONPatch", (string?)answer["response"]!["patchType"]);
        Assert.Equal(
            """[{"op":"add","path":"/spec/affinity","value":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"nos.nebuly.com/gpu-partitioning","operator":"In","values":["mig"]}]}]}}}}]""",
            PatchOf(answer).ToJsonString());
    }

    [Theory]
    [InlineData("create")]
    [InlineData("create-generatename")]
    public async Task Rewrites_a_recorded_pod_and_lets_its_own_work_through(string file)
    {
        var question = Asking(file, (Gb, "10"));

        var (answer, result) = await AskAsync(question);
        JsonPatch.Apply(question["request"]!["object"]!.AsObject(), PatchOf(answer));
        var (second, again) = await AskAsync(question);

        Assert.Equal(("rewritten", "unchanged"), (result, again));
        var limits = question["request"]!["object"]!["spec"]!["containers"]![0]!["resources"]!["limits"]!;
        Assert.Equal("""{"cpu":"1","nvidia.com/mig-1g.10gb":"1"}""", limits.ToJsonString());
        Assert.Null(second["response"]!["warnings"]);
    }

    [Fact]
    public async Task Writes_only_what_changes_in_an_order_that_can_be_applied()
    {
        var (answer, _) = await AskAsync(Asking("create", (Gb, "10")));

        Assert.Equal(
            """
            add /metadata/annotations
            remove /spec/containers/0/resources/limits/nos.nebuly.com~1gpu-memory
            add /spec/containers/0/resources/limits/nvidia.com~1mig-1g.10gb
            remove /spec/containers/0/resources/requests/nos.nebuly.com~1gpu-memory
            add /spec/containers/0/resources/requests/nvidia.com~1mig-1g.10gb
            add /spec/affinity
            """,
            string.Join('\n', PatchOf(answer).Select(step => $"{step!["op"]} {step["path"]}")));
    }

    [Fact]
    public async Task Answers_in_the_version_of_the_question()
    {
        var question = Asking("create", (Gb, "4"));
        question["apiVersion"] = "admission.k8s.io/v1beta1";

        var (answer, _) = await AskAsync(question);

        Assert.Equal("admission.k8s.io/v1beta1", (string?)answer["apiVersion"]);
        Assert.Equal("AdmissionReview", (string?)answer["kind"]);
        Assert.All(answer["response"]!["warnings"]!.AsArray(), warning => Assert.InRange(((string)warning!).Length, 1, 120));
    }

    [Fact]
    public async Task Says_no_with_the_sentence_and_400_where_the_request_is_wrong()
    {
        var (answer, result) = await AskAsync(Asking("create", (Gb, "0")));

        Assert.Equal("denied", result);
        Assert.Equal(
            """{"code":400,"reason":"BadRequest","message":"Container c: nos.nebuly.com/gpu-memory is 0; it counts GB, so write a whole number from 1 to 9999, such as 1."}""",
            answer["response"]!["status"]!.ToJsonString());
        Assert.False((bool)answer["response"]!["allowed"]!);
        Assert.Null(answer["response"]!["patch"]);
    }

    [Theory]
    [InlineData("jane", false)]
    [InlineData("nos", true)]
    public async Task Lets_only_us_write_our_keys_on_living_pods(string user, bool isAllowed)
    {
        foreach (var subresource in new[] { null, "", "status" })
        {
            var question = Recorded("update");
            question["request"]!["userInfo"]!["username"] = user;
            question["request"]!["subResource"] = subresource;
            question["request"]!["object"]!["metadata"]!["annotations"]!["nos.nebuly.com/slices"] = "c=0/1g.10gb@0";

            var (answer, _) = await AskAsync(question);

            Assert.Equal(isAllowed, (bool)answer["response"]!["allowed"]!);
            Assert.Equal(isAllowed ? null : 403, (int?)answer["response"]!["status"]?["code"]);
        }
    }

    [Fact]
    public async Task Goes_by_the_namespace_of_the_request_not_of_the_pod()
    {
        var question = Asking("create", (Gb, "10"));
        question["request"]!["object"]!["metadata"]!["namespace"] = "default";
        question["request"]!["namespace"] = "off";

        Assert.Equal("unchanged", (await AskAsync(question)).Result);

        question["request"]!["object"]!["metadata"]!["namespace"] = "off";
        question["request"]!["namespace"] = "default";

        Assert.Equal("rewritten", (await AskAsync(question)).Result);
    }

    [Fact]
    public async Task Does_the_same_on_a_dry_run()
    {
        var question = Asking("create", (Gb, "10"));
        question["request"]!["dryRun"] = true;

        Assert.Equal("rewritten", (await AskAsync(question)).Result);
    }

    [Theory]
    [InlineData("\"banana\"", "The object is no pod that can be read: see $.")]
    [InlineData("""{"spec":{"containers":"banana"}}""", "The object is no pod that can be read: see $.spec.containers.")]
    [InlineData("""{"spec":{"containers":[null]}}""", "The object is no pod that can be read: a container, or a variable of one, is null.")]
    [InlineData("""{"spec":{"containers":[{"resources":{"limits":{"cpu":{}}}}]}}""", "The object is no pod that can be read: see $.spec.containers[0].resources.limits.cpu.")]
    [InlineData("null", "The request has no object; send the pod as it will be.")]
    public async Task Denies_an_object_that_is_no_pod_and_says_where(string json, string sentence)
    {
        var question = Recorded("create");
        question["request"]!["object"] = JsonNode.Parse(json);

        var (answer, _) = await AskAsync(question);

        Assert.Equal((string?)question["request"]!["uid"], (string?)answer["response"]!["uid"]);
        Assert.False((bool)answer["response"]!["allowed"]!);
        Assert.Equal((400, sentence), ((int?)answer["response"]!["status"]!["code"], (string?)answer["response"]!["status"]!["message"]));
    }

    [Theory]
    [InlineData("banana", "JSON")]
    [InlineData("{}", "request.uid is missing; send an AdmissionReview with a request.")]
    [InlineData("""{"request":{}}""", "request.uid is missing; send an AdmissionReview with a request.")]
    [InlineData("""{"kind":"Pod","request":{"uid":"1"}}""", "kind is Pod; send an AdmissionReview.")]
    [InlineData("""{"apiVersion":"admission.k8s.io/v9","request":{"uid":"1"}}""", "apiVersion is admission.k8s.io/v9; AdmissionReviews of admission.k8s.io/v1 and v1beta1 are understood.")]
    public async Task Refuses_what_is_no_question_since_an_answer_needs_its_uid(string body, string sentence)
    {
        var (answer, result, status) = await PostAsync(body);

        Assert.Equal(("refused", 400), (result, status));
        Assert.Contains(sentence, (string?)answer["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Has_no_opinion_on_other_kinds_and_operations()
    {
        foreach (var (operation, resource, kind) in new[] { ("CONNECT", "pods", "Pod"), ("CREATE", "services", "Service"), ("CREATE", "pods", "Eviction") })
        {
            var question = Asking("create", (Gb, "0"));
            question["request"]!["operation"] = operation;
            question["request"]!["resource"]!["resource"] = resource;
            question["request"]!["kind"]!["kind"] = kind;

            Assert.Equal("unchanged", (await AskAsync(question)).Result);
        }
    }

    private static async Task<(JsonObject Answer, string Result)> AskAsync(JsonObject question)
    {
        var (answer, result, status) = await PostAsync(question.ToJsonString());
        Assert.Equal(200, status);
        return (answer, result);
    }

    private static async Task<(JsonObject Answer, string Result, int Status)> PostAsync(string body)
    {
        var endpoints = new AdmissionEndpoints(
            () => Offers.Cluster("8xNVIDIA-A100-SXM4-80GB:mig", "4xNVIDIA-A10:mps"),
            name => name == "off" ? new NamespaceDocument { Metadata = new ObjectMeta { Labels = new() { ["nos.nebuly.com/admission"] = "disabled" } } } : null,
            () => QuotaLedger.Empty,
            new AdmissionSettings(Identity: "nos"));
        using var output = new MemoryStream();
        var http = new DefaultHttpContext();
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        http.Response.Body = output;

        var result = await endpoints.MutatePodsAsync(http);

        await http.Response.BodyWriter.FlushAsync();
        return (JsonNode.Parse(Encoding.UTF8.GetString(output.ToArray()))!.AsObject(), result, http.Response.StatusCode);
    }

    private static JsonArray PatchOf(JsonObject answer) =>
        JsonNode.Parse(Convert.FromBase64String((string)answer["response"]!["patch"]!))!.AsArray();

    private static JsonObject Recorded(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Wire", $"admissionreview-{file}.json")))!.AsObject();

    /// <summary>A recorded creation whose container asks for something else, its requests filled in as the API server does.</summary>
    private static JsonObject Asking(string file, params (string Key, string Amount)[] limits)
    {
        var question = Recorded(file);
        var resources = question["request"]!["object"]!["spec"]!["containers"]![0]!["resources"]!.AsObject();
        foreach (var map in new[] { "limits", "requests" })
        {
            resources[map] = new JsonObject { ["cpu"] = "1" };
            foreach (var (key, amount) in limits)
            {
                resources[map]![key] = amount;
            }
        }

        return question;
    }
}
