using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

[Collection(ManifestsCollection.Name)]
public sealed class GpuNodeSchemaTests(AppliedManifests manifests)
{
    private const string MigSlice = """{"id": "0-1g.10gb-3", "profile": "1g.10gb", "start": 3, "resource": "nvidia.com/mig-1g.10gb"}""";
    private const string Share = """{"id": "0-10gb-1", "memoryGB": 10, "resource": "nvidia.com/gpu-10gb"}""";

    private TestApi Admin => manifests.Plane.Admin;

    [Fact]
    public async Task The_definition_is_established_and_structural()
    {
        var definition = await Admin.Eventually(
            $"{ApiPaths.CustomResourceDefinitions}/gpunodes.nos.nebuly.com", "the definition is established", found => Condition(found, "Established") == "True");

        Assert.Null(Condition(definition, "NonStructuralSchema"));
        Assert.Equal("True", Condition(definition, "NamesAccepted"));
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"mode": "MIG"}""")]
    [InlineData("""{"mode": "MIG", "gpus": []}""")]
    [InlineData("""{"mode": "MIG", "gpus": [{"index": 0, "slices": []}]}""")]
    [InlineData("""{"mode": "MPS", "gpus": [{"index": 0, "slices": [""" + Share + """]}]}""")]
    [InlineData("""{"mode": "MIG", "gpus": [{"index": 0, "slices": [{"id": "0-1g.24gb-me-0", "profile": "1g.24gb-me", "start": 0, "resource": "nvidia.com/mig-1g.24gb-me", "for": {"uid": "u-1", "until": "2026-11-22T10:00:00Z"}}]}]}""")]
    public async Task What_the_server_writes_is_taken(string spec)
    {
        var created = await Admin.Create(ApiPaths.GpuNodes, GpuNode(JsonNode.Parse(spec)!));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(spec), created["spec"]), created.ToJsonString());
    }

    [Theory]
    [InlineData("""{"mode": "mig"}""", "spec.mode")]
    [InlineData("""{"gpus": [{"index": 0}]}""", "slices")]
    [InlineData("""{"gpus": [{"index": -1, "slices": []}]}""", "index")]
    [InlineData("""{"gpus": [{"index": 0, "slices": []}, {"index": 0, "slices": []}]}""", "Duplicate")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [""" + MigSlice + "," + MigSlice + """]}]}""", "Duplicate")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-1g.10gb-3", "resource": "nvidia.com/mig-1g.10gb"}]}]}""", "oneOf")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-1g.10gb-3", "profile": "1g.10gb", "start": 3, "memoryGB": 10, "resource": "nvidia.com/mig-1g.10gb"}]}]}""", "oneOf")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "banana", "memoryGB": 10, "resource": "nvidia.com/gpu-10gb"}]}]}""", "id")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-0gb-1", "memoryGB": 0, "resource": "nvidia.com/gpu-10gb"}]}]}""", "memoryGB")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-10gb-1", "memoryGB": 10, "resource": "nvidia.com/gpu"}]}]}""", "resource")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-10gb-1", "memoryGB": 10, "resource": "nvidia.com/gpu-10gb", "for": {"uid": "u", "until": "tomorrow"}}]}]}""", "until")]
    public async Task An_illegal_spec_is_refused_with_the_field_that_is_wrong(string spec, string field)
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => Admin.Create(ApiPaths.GpuNodes, GpuNode(JsonNode.Parse(spec)!)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"gpus": [{"index": 0, "slices": [""" + MigSlice + """, {"id": "0-2g.20gb-3", "profile": "2g.20gb", "start": 3, "resource": "nvidia.com/mig-2g.20gb"}]}]}""", "begin at the same")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-1g.10gb-3", "profile": "1g.10gb", "start": 3, "resource": "nvidia.com/gpu-10gb"}]}]}""", "advertised under")]
    public async Task What_only_rules_can_tell_is_refused_where_the_server_knows_rules(string spec, string saying)
    {
        var attempt = () => Admin.Create(ApiPaths.GpuNodes, GpuNode(JsonNode.Parse(spec)!));

        if (manifests.Plane.Version.AtLeast(1, 29))
        {
            Assert.Contains(saying, (await Assert.ThrowsAsync<ApiRefusedException>(attempt)).Message, StringComparison.Ordinal);
        }
        else
        {
            // Such servers take the manifests without the rules.
            await attempt();
        }
    }

    [Theory]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-1g.10gb-3", "state": "Wobbly"}]}]}""", "state")]
    [InlineData("""{"gpus": [{"index": 0, "slices": [{"id": "0-1g.10gb-3"}]}]}""", "state")]
    [InlineData("""{"conditions": [{"type": "Ready", "status": "Maybe"}]}""", "status")]
    [InlineData("""{"summary": {"gpus": -1}}""", "summary")]
    [InlineData("""{"products": [{"product": "A", "profiles": [{"name": "1g.5gb", "memorySlices": 17}]}]}""", "memorySlices")]
    public async Task An_illegal_status_is_refused(string status, string field)
    {
        var name = (await Admin.Create(ApiPaths.GpuNodes, GpuNode(new JsonObject()))).Name();

        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => Report(name, status));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_status_is_kept_and_what_nobody_knows_is_not()
    {
        var name = (await Admin.Create(ApiPaths.GpuNodes, GpuNode(new JsonObject()))).Name();
        const string Status = """
            {
              "observedGeneration": 7, "driver": "580.95.05", "summary": {"gpus": 1, "slices": 2, "used": 1},
              "products": [{"product": "NVIDIA-A100-SXM4-80GB", "memoryMiB": 81920, "usableGB": 79, "profiles": [
                {"name": "1g.10gb+me", "computeSlices": 1, "memorySlices": 1, "memoryMiB": 9728, "starts": [0, 1, 2, 3, 4, 5, 6], "maxInstances": 1}]}],
              "gpus": [{"index": 0, "uuid": "GPU-1", "product": "NVIDIA-A100-SXM4-80GB", "slices": [
                {"id": "0-1g.10gb-3", "profile": "1g.10gb", "start": 3, "uuid": "MIG-1", "state": "Used", "advertised": true, "pod": "team-a/train-0/main", "podUid": "u-1"},
                {"id": "0-1g.10gb.me-4", "profile": "1g.10gb+me", "start": 4, "state": "Failed", "advertised": false, "pod": "", "message": "NVML: 15"}]}],
              "conditions": [{"type": "Ready", "status": "True", "reason": "", "message": "", "lastTransitionTime": "2026-11-22T10:00:00Z", "observedGeneration": 7}]
            }
            """;

        var kept = await Report(name, Status);
        var pruned = await Report(name, """{"nonsense": 1}""");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Status), kept["status"]), kept.ToJsonString());
        Assert.True(JsonNode.DeepEquals(kept["status"], pruned["status"]), pruned.ToJsonString());
    }

    [Fact]
    public async Task Kubectl_get_shows_mode_counts_readiness_and_age()
    {
        var name = (await Admin.Create(ApiPaths.GpuNodes, GpuNode(JsonNode.Parse("""{"mode": "MIG"}""")!))).Name();
        await Report(name, """{"summary": {"gpus": 8, "slices": 12, "used": 5}, "conditions": [{"type": "Partitioned", "status": "False"}, {"type": "Ready", "status": "True"}]}""");

        var lines = await manifests.Kubectl("get", "gpun", name);

        Assert.Equal(["NAME", "MODE", "GPUS", "SLICES", "USED", "READY", "AGE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal([name, "MIG", "8", "12", "5", "True"], lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..6]);
    }

    private Task<JsonObject> Report(string name, string status) =>
        Admin.MergePatch(ApiPaths.GpuNode(name) + "/status", new JsonObject { ["status"] = JsonNode.Parse(status) });

    private static JsonObject GpuNode(JsonNode spec) => new()
    {
        ["apiVersion"] = "nos.nebuly.com/v1alpha1",
        ["kind"] = "GpuNode",
        ["metadata"] = new JsonObject { ["generateName"] = "schema-" },
        ["spec"] = spec,
    };

    private static string? Condition(JsonObject definition, string type) =>
        (definition.At("status", "conditions") as JsonArray)?.FirstOrDefault(condition => condition.Text("type") == type).Text("status");
}
