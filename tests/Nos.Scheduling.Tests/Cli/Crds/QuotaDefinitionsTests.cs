using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Nos.Scheduling.Cluster.Documents;
using static Nos.Scheduling.Tests.Cli.Crds.CrdReading;

namespace Nos.Scheduling.Tests.Cli.Crds;

public sealed class QuotaDefinitionsTests
{
    public static TheoryData<string> Kinds => ["elasticquotas", "compositeelasticquotas"];

    [Theory]
    [InlineData("elasticquotas", "ElasticQuota", "elasticquota", "eq eqs")]
    [InlineData("compositeelasticquotas", "CompositeElasticQuota", "compositeelasticquota", "ceq ceqs")]
    public async Task Both_kinds_have_the_names_that_users_of_nos_know(string plural, string kind, string singular, string shortNames)
    {
        var definition = await Print(plural);
        var names = definition["spec"]!["names"]!;

        Assert.Equal($"{plural}.nos.nebuly.com", (string?)definition["metadata"]!["name"]);
        Assert.Equal(("Namespaced", "v1alpha1"), ((string?)definition["spec"]!["scope"], (string?)Version(definition)["name"]));
        Assert.Equal((kind, $"{kind}List", singular), ((string?)names["kind"], (string?)names["listKind"], (string?)names["singular"]));
        Assert.Equal(shortNames, string.Join(' ', names["shortNames"]!.AsArray().Select(name => (string?)name)));
        Assert.NotNull(Version(definition)["subresources"]!["status"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Columns_show_min_used_borrowed_and_age(string plural)
    {
        var version = Version(await Print(plural));

        Assert.Equal(
            ["Min", "Used", "Borrowed", "Age"],
            version["additionalPrinterColumns"]!.AsArray().Where(column => column!["priority"] is null).Select(column => (string)column!["name"]!));
        AssertColumnsReadTheSchema(version);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_schema_is_structural_and_bounded(string plural) => AssertStructuralAndBounded(Schema(await Print(plural)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_schema_has_the_fields_of_the_documents_and_no_others(string plural)
    {
        var schema = Schema(await Print(plural));
        var extra = new List<string>();
        JsonTypeInfo spec = plural == "elasticquotas" ? KubeJson.Default.ElasticQuotaSpec : KubeJson.Default.CompositeElasticQuotaSpec;

        Compare(spec, schema["properties"]!["spec"]!, "spec", extra);
        Compare(KubeJson.Default.ElasticQuotaStatus, schema["properties"]!["status"]!, "status", extra);

        Assert.Empty(extra);
    }

    [Theory]
    [InlineData("elasticquotas", "", "")]
    [InlineData("compositeelasticquotas", "spec", "namespaces")]
    public async Task Only_a_composite_must_say_something(string plural, string required, string ofSpec)
    {
        var schema = Schema(await Print(plural));

        Assert.Equal(required, Required(schema));
        Assert.Equal(ofSpec, Required(schema["properties"]!["spec"]!));
    }

    [Fact]
    public async Task A_composite_names_at_least_one_namespace_and_may_name_one_twice()
    {
        var namespaces = Schema(await Print("compositeelasticquotas"))["properties"]!["spec"]!["properties"]!["namespaces"]!;

        Assert.Equal((1, "atomic"), ((int)namespaces["minItems"]!, (string?)namespaces["x-kubernetes-list-type"]));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("250m")]
    [InlineData("10Gi")]
    [InlineData("1e3")]
    [InlineData("-1")] // What is wrong with it is the webhook's to say, in words.
    public async Task Amounts_are_what_Kubernetes_takes_for_quantities(string amount) =>
        Assert.Matches(await Pattern(), amount);

    [Theory]
    [InlineData("")]
    [InlineData("ten")]
    [InlineData("10GB")]
    [InlineData("10 Gi")]
    public async Task And_nothing_else(string text) => Assert.DoesNotMatch(await Pattern(), text);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task They_are_the_same_for_every_version(string plural) =>
        Assert.Equal((await Print(plural)).ToJsonString(), (await Print(plural, "--for", "1.36")).ToJsonString());

    private static async Task<string> Pattern() =>
        (string)Schema(await Print("elasticquotas"))["properties"]!["spec"]!["properties"]!["min"]!["additionalProperties"]!["pattern"]!;

    private static string Required(JsonNode schema) => string.Join(' ', (schema["required"] as JsonArray ?? []).Select(name => (string?)name));
}
