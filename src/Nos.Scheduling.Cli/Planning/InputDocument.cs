using System.Text.Json.Nodes;
using Nos.Scheduling.Cli.Simulation.Csv;

namespace Nos.Scheduling.Cli.Planning;

/// <summary>One document of an input file.</summary>
/// <param name="File">The file's name as given; <c>standard input</c> for <c>-</c>.</param>
/// <param name="Number">Which of its documents it is, from 1.</param>
/// <param name="Line">The line that it begins at, from 1.</param>
/// <param name="Root">What it says.</param>
internal sealed record InputDocument(string File, int Number, int Line, JsonNode Root)
{
    /// <summary>What is wrong with it.</summary>
    /// <param name="field">Where, as a path; empty: the whole.</param>
    /// <param name="sentence">What, and what to write instead.</param>
    internal BadInputException Wrong(string field, string sentence) =>
        new($"{File}, document {Number} (line {Line}){(field.Length == 0 ? "" : ", ")}{field}: {sentence}");
}
