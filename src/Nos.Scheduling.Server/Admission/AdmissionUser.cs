using System.Text.Json.Nodes;

namespace Nos.Scheduling.Server.Admission;

/// <summary>Who asks.</summary>
/// <param name="Username">The user's name as the API server authenticated it.</param>
internal sealed record AdmissionUser(string? Username)
{
    /// <summary>The user's identity over time, where there is one.</summary>
    public string? Uid { get; init; }

    /// <summary>The user's groups.</summary>
    public string[] Groups { get => field ?? []; init; }

    /// <summary>What else the authenticator said.</summary>
    public JsonObject? Extra { get; init; }
}
