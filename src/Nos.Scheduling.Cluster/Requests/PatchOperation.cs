using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>One step of a JSON patch (RFC 6902).</summary>
/// <param name="Op"><c>add</c>, which also replaces a member that is there, or <c>remove</c>.</param>
/// <param name="Path">A JSON pointer; a <c>/</c> within a key is written <c>~1</c>.</param>
/// <param name="Value">What is added; <see langword="null"/> for <c>remove</c>.</param>
public sealed record PatchOperation(string Op, string Path, JsonNode? Value = null);
