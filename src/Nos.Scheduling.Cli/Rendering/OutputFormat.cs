using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Commands;

namespace Nos.Scheduling.Cli.Rendering;

/// <summary>The option <c>-o</c> of commands that show something.</summary>
internal static class OutputFormat
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The option; its default is a table.</summary>
    internal static Option<string> Option() => Choices.Create("--output", "How to print it.", ["-o"], "table", "json", "yaml");

    /// <summary>Prints the document, in the format that is not the table.</summary>
    internal static void Write(string format, JsonObject document, TextWriter output) =>
        output.Write(format == "json" ? document.ToJsonString(Indented) + "\n" : YamlText.Of(document));
}
