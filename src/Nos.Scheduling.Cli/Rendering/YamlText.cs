using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Nos.Scheduling.Cli.Rendering;

/// <summary>Writes JSON trees as YAML that reads back as the same tree, in every YAML version and parser.</summary>
internal static partial class YamlText
{
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase) { "true", "false", "null", "yes", "no", "on", "off", "y", "n" };

    /// <summary>The document, block style, keys in the tree's order, ending with a line feed. Nothing is wrapped.</summary>
    internal static string Of(JsonNode? document)
    {
        var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (key, value) in map)
                {
                    emitter.Emit(Text(key));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                {
                    Emit(emitter, item);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case null:
                emitter.Emit(new Scalar("null"));
                break;
            default:
                emitter.Emit(node.GetValueKind() == JsonValueKind.String ? Text(node.GetValue<string>()) : new Scalar(node.ToJsonString()));
                break;
        }
    }

    private static Scalar Text(string value) => IsPlain(value)
        ? new Scalar(value)
        : new Scalar(AnchorName.Empty, TagName.Empty, value, ScalarStyle.DoubleQuoted, isPlainImplicit: false, isQuotedImplicit: true);

    // Kubernetes reads YAML 1.1, where "on", "1:30" and "0x1f" are no strings: whatever could be taken for something else is quoted.
    private static bool IsPlain(string value) =>
        PlainText().IsMatch(value) && !NumberLike().IsMatch(value) && !Words.Contains(value)
        && !value.Contains(": ", StringComparison.Ordinal) && !value.Contains(" #", StringComparison.Ordinal) && !value.EndsWith(':') && !value.EndsWith(' ');

    [GeneratedRegex(@"^[A-Za-z0-9_./$][A-Za-z0-9_./$ ,;:()'<>=+#|*@\-…]*$")]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^[-+.0-9][-+.:_0-9a-fA-FxXoO]*$")]
    private static partial Regex NumberLike();
}
