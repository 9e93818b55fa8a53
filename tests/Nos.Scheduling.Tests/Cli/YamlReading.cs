using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Nos.Scheduling.Tests.Cli;

/// <summary>Reads YAML as Kubernetes does: into JSON, plain words taken for what YAML 1.1 takes them for.</summary>
internal static class YamlReading
{
    private static readonly HashSet<string> Yes = ["true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y"];
    private static readonly HashSet<string> No = ["false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N"];
    private static readonly HashSet<string> Nothing = ["", "~", "null", "Null", "NULL"];

    /// <summary>Every document of the text that is not empty.</summary>
    internal static IReadOnlyList<JsonObject> Documents(string text) => [.. Read(text).OfType<JsonObject>()];

    /// <summary>Every document of the text that is a list.</summary>
    internal static IReadOnlyList<JsonArray> Lists(string text) => [.. Read(text).OfType<JsonArray>()];

    internal static JsonObject Document(string text) => Assert.Single(Documents(text));

    private static IEnumerable<JsonNode?> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Select(document => Json(document.RootNode));
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, Json(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } word } => Plain(word),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => throw new InvalidOperationException($"No JSON for {node}."),
    };

    private static JsonNode? Plain(string word) =>
        Nothing.Contains(word) ? null
        : Yes.Contains(word) ? JsonValue.Create(true)
        : No.Contains(word) ? JsonValue.Create(false)
        : long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? JsonNode.Parse(whole.ToString(CultureInfo.InvariantCulture))
        : double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
        : JsonValue.Create(word);
}
