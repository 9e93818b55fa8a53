using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;
using static Nos.Scheduling.Tests.Cli.Crds.CrdReading;

namespace Nos.Scheduling.Tests.Cli.Crds;

public sealed class GpuNodeDefinitionTests
{
    [Fact]
    public async Task It_is_a_cluster_scoped_kind_with_a_status_of_its_own()
    {
        var definition = await Print();
        var version = Assert.Single(definition["spec"]!["versions"]!.AsArray())!;

        Assert.Equal("gpunodes.nos.nebuly.com", (string?)definition["metadata"]!["name"]);
        Assert.Equal("Cluster", (string?)definition["spec"]!["scope"]);
        Assert.Equal("gpun", (string?)Assert.Single(definition["spec"]!["names"]!["shortNames"]!.AsArray()));
        Assert.Equal("v1alpha1", (string?)version["name"]);
        Assert.NotNull(version["subresources"]!["status"]);
    }

    [Fact]
    public async Task Every_column_reads_a_field_that_the_schema_has()
    {
        var version = (await Print())["spec"]!["versions"]![0]!;
        var columns = version["additionalPrinterColumns"]!.AsArray();

        Assert.Equal(["Mode", "GPUs", "Slices", "Used", "Ready", "Age"], columns.Select(column => (string)column!["name"]!));
        AssertColumnsReadTheSchema(version);
    }

    [Fact]
    public async Task The_schema_has_every_field_of_the_documents_and_the_summary_alone_beside_them()
    {
        var schema = Schema(await Print());
        var extra = new List<string>();

        Compare(KubeJson.Default.GpuNodeSpec, schema["properties"]!["spec"]!, "spec", extra);
        Compare(KubeJson.Default.GpuNodeStatus, schema["properties"]!["status"]!, "status", extra);

        Assert.Empty(extra.Except(["status.summary"]));
    }

    [Fact]
    public async Task The_schema_is_structural_and_bounded()
    {
        AssertStructuralAndBounded(Schema(await Print()));
    }

    [Fact]
    public async Task Every_slice_of_the_catalogue_has_a_legal_id_profile_and_resource()
    {
        var slice = Schema(await Print())["properties"]!["spec"]!["properties"]!["gpus"]!["items"]!["properties"]!["slices"]!["items"]!["properties"]!;

        foreach (var profile in GpuCatalog.ProfileNames)
        {
            var resource = SliceResource.Mig(profile);
            Matches(slice["id"]!, $"15-{resource.Shape}-11");
            Matches(slice["profile"]!, profile);
            Matches(slice["resource"]!, resource.Name);
        }

        Matches(slice["id"]!, $"0-{SliceResource.Mps(GpuCatalog.LargestShareGB).Shape}-48");
        Matches(slice["resource"]!, SliceResource.Mps(GpuCatalog.LargestShareGB).Name);
    }

    [Theory]
    [InlineData("id", "")]
    [InlineData("id", "1g.10gb")]
    [InlineData("id", "0-1g.10gb+me-3")]
    [InlineData("id", "0-banana-3")]
    [InlineData("profile", "10gb")]
    [InlineData("profile", "1g.10gb.me")]
    [InlineData("resource", "nvidia.com/gpu")]
    [InlineData("resource", "nvidia.com/mig-1g.10gb+me")]
    [InlineData("resource", "example.com/mig-1g.10gb")]
    public async Task Nonsense_has_none(string field, string text)
    {
        var slice = Schema(await Print())["properties"]!["spec"]!["properties"]!["gpus"]!["items"]!["properties"]!["slices"]!["items"]!["properties"]!;

        Assert.DoesNotMatch((string)slice[field]!["pattern"]!, text);
    }

    [Fact]
    public async Task The_states_are_those_of_the_documents()
    {
        var state = Schema(await Print())["properties"]!["status"]!["properties"]!["gpus"]!["items"]!["properties"]!["slices"]!["items"]!["properties"]!["state"]!;

        Assert.Equal(
            typeof(SliceStates).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
            state["enum"]!.AsArray().Select(value => (string)value!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("1.20", false)]
    [InlineData("1.28", false)]
    [InlineData("1.29", true)]
    [InlineData("v1.36.2", true)]
    public async Task Rules_in_CEL_are_there_only_for_servers_that_know_them(string version, bool expected) =>
        Assert.Equal(expected, (await CliRun.OutputOf("crds", "--for", version)).Contains("x-kubernetes-validations", StringComparison.Ordinal));

    private static Task<JsonObject> Print() => CrdReading.Print("gpunodes");

    private static void Matches(JsonNode schema, string text)
    {
        Assert.Matches((string)schema["pattern"]!, text);
        Assert.True(text.Length <= (int)schema["maxLength"]!, $"{text} is too long");
    }
}
