using System.Text.Json.Nodes;

namespace Nos.Scheduling.Cluster.Quotas;

/// <summary>Who wants something, as the API server authenticated them.</summary>
/// <param name="UserName">The name.</param>
/// <param name="Uid">The identity over time; <see langword="null"/> where it has none.</param>
/// <param name="Groups">The groups.</param>
/// <param name="Extra">What else authorizers may go by; <see langword="null"/> where there is nothing.</param>
public sealed record RequestAuthor(string UserName, string? Uid, IReadOnlyList<string> Groups, JsonObject? Extra);
