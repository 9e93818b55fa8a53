using System.Text.Json;

namespace Nos.Scheduling.Server.Admission;

/// <summary>The part of an admission question that decisions need.</summary>
internal sealed record AdmissionRequest
{
    /// <summary>The question's own identity, to be repeated in the answer.</summary>
    public string Uid { get => field ?? ""; init; }

    /// <summary>What the object is.</summary>
    public AdmissionKind? Kind { get; init; }

    /// <summary>What the caller asked the API server for.</summary>
    public AdmissionResource? Resource { get; init; }

    /// <summary>Such as <c>binding</c> or <c>status</c>; <see langword="null"/> or empty for the object itself.</summary>
    public string? SubResource { get; init; }

    /// <summary>Where the object will live. The object itself may not say it yet.</summary>
    public string? Namespace { get; init; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string? Operation { get; init; }

    /// <summary>Whether it is only tried, and nothing will be stored.</summary>
    public bool? DryRun { get; init; }

    /// <summary>Who asks.</summary>
    public AdmissionUser? UserInfo { get; init; }

    /// <summary>The object as it will be; null when it is deleted.</summary>
    public JsonElement? Object { get; init; }

    /// <summary>The object as it is; null when it is created.</summary>
    public JsonElement? OldObject { get; init; }
}
