using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Tests.Cli.Planning;

public sealed class InputDocumentsTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("0.10", "0.10")]
    [InlineData("500m", "\"500m\"")]
    [InlineData("4Gi", "\"4Gi\"")]
    [InlineData("1e3", "1e3")]
    [InlineData("010", "8")]
    [InlineData("0x1f", "31")]
    [InlineData("-0x1f", "-31")]
    [InlineData("1_000", "1000")]
    [InlineData("+5", "5")]
    [InlineData(".5", "0.5")]
    [InlineData("08", "8")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("on", "true")]
    [InlineData("No", "false")]
    [InlineData("TRUE", "true")]
    [InlineData("~", "null")]
    [InlineData("yes please", "\"yes please\"")]
    [InlineData("99999999999999999999999", "99999999999999999999999")]
    public void Plain_scalars_mean_what_they_mean_to_kubectl(string text, string json) =>
        Assert.Equal(json, YamlScalars.Read(text)?.ToJsonString() ?? "null");

    [Fact]
    public void Documents_are_counted_and_empty_ones_left_out()
    {
        var documents = InputDocuments.Read("pods.yaml", "---\n# nothing\n---\na: 1\n---\n---\nb: [x, 'on', \"1\", {c: ~}]\n...\n");

        Assert.Equal(["{\"a\":1}", "{\"b\":[\"x\",\"on\",\"1\",{\"c\":null}]}"], documents.Select(document => document.Root.ToJsonString()));
        Assert.Equal([4, 7], documents.Select(document => document.Line));
        Assert.True(documents[0].Number < documents[1].Number);
    }

    [Fact]
    public void Anchors_and_merges_are_resolved_and_own_fields_win() => Assert.Equal(
        """{"base":{"a":1,"b":2},"own":{"a":1,"b":3}}""",
        Assert.Single(InputDocuments.Read("f", "base: &base {a: 1, b: 2}\nown:\n  <<: *base\n  b: 3\n")).Root.ToJsonString());

    [Fact]
    public void Json_is_read_too_one_object_after_the_other()
    {
        var documents = InputDocuments.Read("f", "{\n\t\"a\": 1}\n\n{\"b\": \"x\"}\n");

        Assert.Equal([(1, 1, "{\"a\":1}"), (2, 4, "{\"b\":\"x\"}")], documents.Select(document => (document.Number, document.Line, document.Root.ToJsonString())));
    }

    [Theory]
    [InlineData("a: [1\n", "pods.yaml, line 2, column 1: this is no YAML")]
    [InlineData("a: 1\na: 2\n", "pods.yaml, line 2, column 1: this is no YAML")]
    [InlineData("{\"a\": 1,\n \"b\"}", "pods.yaml, line 2, column 5: this is no JSON")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<BadInputException>(() => InputDocuments.Read("pods.yaml", text)).Message);
}
