using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation.Csv;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>Reads files of YAML or JSON documents, as kubectl does.</summary>
internal static class InputDocuments
{
    /// <summary>The documents in order; empty ones are left out but counted.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="text">What is in it.</param>
    /// <exception cref="BadInputException">It is no YAML, or no JSON where it looks like some.</exception>
    internal static IReadOnlyList<InputDocument> Read(string file, string text)
    {
        if (text.TrimStart('\uFEFF', ' ', '\t', '\r', '\n') is not ['{', .. var rest] || rest.TrimStart() is not ['"', ..])
        {
            return ReadYaml(file, text);
        }

        try
        {
            return ReadJson(file, text);
        }
        catch (BadInputException)
        {
            // JSON documents may stand between YAML's dashes, too.
            if (text.Contains("\n---", StringComparison.Ordinal))
            {
                return ReadYaml(file, text);
            }

            throw;
        }
    }

    private static List<InputDocument> ReadJson(string file, string text)
    {
        var documents = new List<InputDocument>();
        try
        {
            var bytes = Encoding.UTF8.GetBytes(text.TrimStart('\uFEFF'));
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read())
            {
                var line = bytes.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;
                documents.Add(new InputDocument(file, documents.Count + 1, line, JsonNode.Parse(ref reader)!));
            }
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            var where = failure is JsonException { LineNumber: { } line, BytePositionInLine: { } column } ? $", line {line + 1}, column {column + 1}" : "";
            throw new BadInputException($"{file}{where}: this is no JSON; write objects like {{\"apiVersion\": \"v1\", \"kind\": \"Pod\", …}}, or YAML.", failure);
        }

        return documents;
    }

    private static List<InputDocument> ReadYaml(string file, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException failure)
        {
            throw new BadInputException($"{file}, line {failure.Start.Line}, column {failure.Start.Column}: this is no YAML: {failure.Message}", failure);
        }

        return
        [
            .. yaml.Documents.Select((document, index) => (document.RootNode, Number: index + 1))
                .Select(document => (document.RootNode, document.Number, Json: ToJson(document.RootNode)))
                .Where(document => document.Json is not null)
                .Select(document => new InputDocument(file, document.Number, (int)document.RootNode.Start.Line, document.Json!)),
        ];
    }

    private static JsonNode? ToJson(YamlNode node)
    {
        switch (node)
        {
            case YamlScalarNode scalar:
                return scalar.Style == ScalarStyle.Plain ? YamlScalars.Read(scalar.Value ?? "") : JsonValue.Create(scalar.Value ?? "");
            case YamlSequenceNode list:
                return new JsonArray([.. list.Select(ToJson)]);
            default:
                var json = new JsonObject();
                foreach (var (key, value) in Entries((YamlMappingNode)node))
                {
                    json[key] = ToJson(value);
                }

                return json;
        }
    }

    /// <summary>The entries, those that are merged in (<c>&lt;&lt;: *defaults</c>) first, so that own ones win.</summary>
    private static IEnumerable<(string Key, YamlNode Value)> Entries(YamlMappingNode map)
    {
        foreach (var (key, value) in map)
        {
            if (key is YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain })
            {
                foreach (var merged in value is YamlSequenceNode list ? list.Reverse() : [value])
                {
                    foreach (var entry in merged is YamlMappingNode other ? Entries(other) : [])
                    {
                        yield return entry;
                    }
                }
            }
        }

        foreach (var (key, value) in map)
        {
            if (key is not YamlScalarNode { Value: "<<", Style: ScalarStyle.Plain })
            {
                yield return ((key as YamlScalarNode)?.Value ?? key.ToString(), value);
            }
        }
    }
}
