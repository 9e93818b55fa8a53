using System.Text.Json.Nodes;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.InMemory;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"replace","path":"/a/2","value":4}]""", """{"a":[1,2,4]}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/0"}]""", """{"a":[2,3]}""")]
    [InlineData("""{"l":{}}""", """[{"op":"add","path":"/l/nos.nebuly.com~1slices","value":"x~y"}]""", """{"l":{"nos.nebuly.com/slices":"x~y"}}""")]
    [InlineData("""{"a~b":1}""", """[{"op":"remove","path":"/a~0b"}]""", "{}")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/a","value":1},{"op":"replace","path":"/a","value":null}]""", """{"a":null}""")]
    public void Applies_its_operations_in_order(string target, string patch, string expected)
    {
        var patched = JsonNode.Parse(target)!.AsObject();
        JsonPatch.Apply(patched, JsonNode.Parse(patch)!.AsArray());
        Assert.Equal(expected, patched.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"remove","path":"/b"}]""")]
    [InlineData("""[{"op":"replace","path":"/b","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/b/c","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/a/3","value":1}]""")]
    [InlineData("""[{"op":"test","path":"/a","value":[]}]""")]
    [InlineData("""[{"op":"leap","path":"/a"}]""")]
    [InlineData("""[{"op":"add","path":"","value":{}}]""")]
    [InlineData("""[{"op":"add"}]""")]
    [InlineData("""[null]""")]
    public void What_can_not_be_applied_is_refused(string patch) =>
        Assert.Throws<FormatException>(() => JsonPatch.Apply(JsonNode.Parse("""{"a":[1]}""")!.AsObject(), JsonNode.Parse(patch)!.AsArray()));
}
