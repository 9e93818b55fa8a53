using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Gpus;

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
        foreach (var path in columns.Select(column => (string)column!["jsonPath"]!).Where(path => !path.StartsWith(".metadata", StringComparison.Ordinal)))
        {
            var field = path[1..].Split('.').Select(step => Regex.Replace(step, @"\[.*", "")).Where(step => !step.StartsWith("type==", StringComparison.Ordinal));
            Assert.NotNull(field.Aggregate<string, JsonNode?>(version["schema"]!["openAPIV3Schema"], (schema, step) => Inner(schema)?["properties"]?[step]));
        }
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
        Walk(Schema(await Print()), "", (path, schema) =>
        {
            Assert.NotNull(schema["type"]);
            if (path is not ("" or ".apiVersion" or ".kind" or ".metadata"))
            {
                Assert.False(string.IsNullOrEmpty((string?)schema["description"]), $"{path} says nothing of itself");
            }

            switch ((string?)schema["type"])
            {
                case "array":
                    Assert.True((int)schema["maxItems"]! > 0, path);
                    if ((string?)schema["x-kubernetes-list-type"] == "map")
                    {
                        // The API server refuses a key that may be absent.
                        Assert.Contains((string)schema["x-kubernetes-list-map-keys"]![0]!, schema["items"]!["required"]!.AsArray().Select(name => (string)name!));
                    }

                    break;
                case "object" when schema["required"] is JsonArray required:
                    Assert.All(required, name => Assert.NotNull(schema["properties"]![(string)name!]));
                    break;
                case "string" when path is not (".apiVersion" or ".kind"):
                    Assert.True(schema["maxLength"] is not null || schema["enum"] is not null || schema["format"] is not null, $"{path} has no end");
                    break;
            }
        });
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

    private static async Task<JsonObject> Print() => YamlReading.Document(await CliRun.OutputOf("crds"));

    private static JsonNode Schema(JsonObject definition) => definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;

    private static JsonNode? Inner(JsonNode? schema) => schema?["items"] ?? schema;

    private static void Matches(JsonNode schema, string text)
    {
        Assert.Matches((string)schema["pattern"]!, text);
        Assert.True(text.Length <= (int)schema["maxLength"]!, $"{text} is too long");
    }

    private static void Walk(JsonNode schema, string path, Action<string, JsonNode> visit)
    {
        visit(path, schema);
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            Walk(property!, $"{path}.{name}", visit);
        }

        if (schema["items"] is { } items)
        {
            Walk(items, path + "[]", visit);
        }
    }

    private static void Compare(JsonTypeInfo document, JsonNode schema, string path, List<string> extra)
    {
        var properties = schema["properties"]!.AsObject();
        var fields = document.Properties.Where(property => property.Get is not null).ToDictionary(property => property.Name);
        extra.AddRange(properties.Select(property => property.Key).Except(fields.Keys).Select(name => $"{path}.{name}"));

        foreach (var (name, field) in fields)
        {
            Assert.True(properties.ContainsKey(name), $"the schema has no {path}.{name}");
            var inner = field.PropertyType.IsArray ? field.PropertyType.GetElementType()! : field.PropertyType;
            if (Inner(properties[name])!["properties"] is not null)
            {
                Compare(KubeJson.Default.GetTypeInfo(inner)!, Inner(properties[name])!, $"{path}.{name}", extra);
            }
        }
    }
}
