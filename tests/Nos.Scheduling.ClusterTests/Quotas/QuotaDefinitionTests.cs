using System.Net;
using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;
using static Nos.Scheduling.ClusterTests.Quotas.QuotaPlane;

namespace Nos.Scheduling.ClusterTests.Quotas;

/// <summary>What users of nos have today, and what they see of it.</summary>
[Collection(QuotasCollection.Name)]
public sealed class QuotaDefinitionTests(QuotaPlane quotas) : IAsyncLifetime
{
    private TestScope _scope = null!;

    private TestApi Admin => quotas.Nos.Plane.Admin;

    public async Task InitializeAsync()
    {
        _scope = await quotas.Nos.Plane.Scope("eq");
        foreach (var team in (string[])["a", "b", "c"])
        {
            await _scope.AddNamespace(Team(team));
        }
    }

    public Task DisposeAsync() => _scope.DisposeAsync().AsTask();

    [Theory]
    [InlineData("elasticquotas")]
    [InlineData("compositeelasticquotas")]
    public async Task The_definitions_are_established_and_structural(string plural)
    {
        var definition = await Admin.Get($"{ApiPaths.CustomResourceDefinitions}/{plural}.nos.nebuly.com");

        Assert.Equal("True", Condition(definition, "Established"));
        Assert.Equal("True", Condition(definition, "NamesAccepted"));
        Assert.Null(Condition(definition, "NonStructuralSchema"));
    }

    [Fact]
    public async Task Quotas_as_the_samples_of_nos_have_them_are_taken_unchanged()
    {
        var (exitCode, output, tail) = await quotas.Apply(
            $"""
            apiVersion: nos.nebuly.com/v1alpha1
            kind: ElasticQuota
            metadata:
              name: quota-a
              namespace: {Team("a")}
            spec:
              min:
                cpu: 2
              max:
                cpu: 10
            ---
            apiVersion: nos.nebuly.com/v1alpha1
            kind: ElasticQuota
            metadata:
              name: quota-b
              namespace: {Team("b")}
            spec:
              min:
                cpu: "2"
                nos.nebuly.com/gpu-memory: 16
            """);

        Assert.True(exitCode == 0, tail);
        Assert.Equal(["elasticquota.nos.nebuly.com/quota-a created", "elasticquota.nos.nebuly.com/quota-b created"], output);
        Assert.Equal("""{"max":{"cpu":10},"min":{"cpu":2}}""", (await Admin.Get($"{ApiPaths.ElasticQuotas(Team("a"))}/quota-a"))["spec"]!.ToJsonString());
    }

    [Fact]
    public async Task So_are_composites_wherever_they_live()
    {
        var (exitCode, output, tail) = await quotas.Apply(
            $"""
            apiVersion: nos.nebuly.com/v1alpha1
            kind: CompositeElasticQuota
            metadata:
              name: composite-quota-a
              namespace: {_scope.Namespace} # Could as well be any of the namespaces specified by field "namespaces"
            spec:
              namespaces:
                - {Team("a")}
                - {Team("b")}
                - {Team("b")}
                - {Team("c")}
              min:
                cpu: 10
                nos.nebuly.com/gpu-memory: 24
            """);

        Assert.True(exitCode == 0, tail);
        Assert.Equal(["compositeelasticquota.nos.nebuly.com/composite-quota-a created"], output);
    }

    [Theory]
    [InlineData("eq")]
    [InlineData("eqs")]
    [InlineData("ceq")]
    [InlineData("ceqs")]
    public async Task Kubectl_get_shows_min_used_borrowed_and_age_by_each_short_name(string shortName)
    {
        var (collection, quota) = shortName[0] == 'e'
            ? (ApiPaths.ElasticQuotas(Team("a")), OfOne("quota", """{"min": {"cpu": 1}}"""))
            : (ApiPaths.CompositeElasticQuotas(Team("a")), OfSeveral("quota", Team("a"), Team("b")));
        await Admin.Create(collection, quota);
        var pods = ApiPaths.Pods(Team("a"));
        await Admin.Create(pods, TestPod.Named("runs").Asking("cpu", "1500m").BoundTo("nowhere").ToJson());
        await Admin.Create(pods, TestPod.Named("starts").Asking("cpu", "2").BoundTo("nowhere").ToJson());
        await Admin.MergePatch($"{pods}/runs/status", JsonNode.Parse("""{"status": {"phase": "Running"}}""")!.AsObject());
        await Admin.Eventually($"{collection}/quota", "it is told what runs", found => found.Text("status", "used", "cpu") == "1500m" && found.Text("status", "assigned", "cpu") == "3500m");

        var lines = await quotas.Kubectl("get", shortName, "-n", Team("a"));
        var wide = await quotas.Kubectl("get", shortName, "-n", Team("a"), "-o", "wide");

        Assert.Equal(["NAME", "MIN", "USED", "BORROWED", "AGE"], lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"^quota +\S*cpu\S*:\S+ +\S*cpu\S*:\S*1500m\S* +\S*cpu\S*:\S*2500m\S* +\S+", lines[1]);
        Assert.Contains("ASSIGNED", wide[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"min": {"cpu": "ten"}}""", "spec.min.cpu")]
    [InlineData("""{"min": {"cpu": true}}""", "spec.min.cpu")]
    [InlineData("""{"min": 4}""", "spec.min")]
    public async Task What_is_no_quantity_is_refused_by_the_schema(string spec, string field)
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => Admin.Create(ApiPaths.ElasticQuotas(Team("a")), OfOne("quota", spec)));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains(field, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_composite_over_nothing_is_refused_by_the_schema()
    {
        var refused = await Assert.ThrowsAsync<ApiRefusedException>(() => Admin.Create(ApiPaths.CompositeElasticQuotas(Team("a")), OfSeveral("quota")));
        Assert.Contains("spec.namespaces", refused.Message, StringComparison.Ordinal);

        var quota = OfSeveral("quota");
        quota["spec"]!.AsObject().Remove("namespaces");
        refused = await Assert.ThrowsAsync<ApiRefusedException>(() => Admin.Create(ApiPaths.CompositeElasticQuotas(Team("a")), quota));
        Assert.Contains("spec.namespaces", refused.Message, StringComparison.Ordinal);
    }

    private string Team(string name) => $"{_scope.Prefix}-{name}";

    private static string? Condition(JsonObject definition, string type) =>
        (definition.At("status", "conditions") as JsonArray)?.FirstOrDefault(condition => condition.Text("type") == type).Text("status");
}
