using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Nos.Scheduling.Cluster.Flags;

/// <summary>The file of <c>--config</c>: a YAML mapping whose keys are flags' names.</summary>
internal static class FlagFile
{
    /// <summary>Reads the mapping. Lists become texts joined by commas; an empty file says nothing.</summary>
    /// <param name="path">For sentences.</param>
    /// <param name="yaml">The content.</param>
    /// <param name="flags">The names that may be keys.</param>
    /// <returns>Flag name to text. The fault is a whole sentence without its full stop.</returns>
    internal static FlagReading<IReadOnlyDictionary<string, string>> Read(string path, string yaml, IReadOnlyCollection<string> flags)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException exception)
        {
            return Fault($"--config {path} is not YAML, line {exception.Start.Line}: {exception.Message.TrimEnd('.')}");
        }

        if (stream.Documents.Count == 0)
        {
            return new(new Dictionary<string, string>(), null);
        }

        if (stream.Documents.Count > 1 || stream.Documents[0].RootNode is not YamlMappingNode mapping)
        {
            return Fault($"--config {path} must be one mapping of flags to values, such as bind-wait: 10s");
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Children)
        {
            var name = key is YamlScalarNode { Value: { } scalar } ? scalar : key.ToString();
            if (!flags.Contains(name))
            {
                return Fault($"--config {path} has the unknown key {name}, line {key.Start.Line}"
                    + (ClosestName.Find(name, flags) is { } close ? $"; did you mean {close}?" : string.Empty));
            }

            if (TextOf(value) is not { } text)
            {
                return Fault($"--config {path} needs a single value or a list of them for {name}, line {key.Start.Line}");
            }

            texts[name] = text;
        }

        return new(texts, null);
    }

    private static FlagReading<IReadOnlyDictionary<string, string>> Fault(string sentence) => new(null, sentence);

    /// <summary>A key without a value is a mistake, an empty text in quotes is not.</summary>
    private static string? TextOf(YamlNode node) => node switch
    {
        YamlScalarNode { Value: "" or "~" or "null", Style: ScalarStyle.Plain } => null,
        YamlScalarNode scalar => scalar.Value,
        YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode) => string.Join(',', list.Children.Select(item => ((YamlScalarNode)item).Value)),
        _ => null,
    };
}
