namespace Nos.Scheduling.Server.Admission;

/// <summary>The answer to an admission question.</summary>
internal sealed record AdmissionResponse
{
    /// <summary>The question's identity.</summary>
    public required string Uid { get; init; }

    /// <summary>Whether the object is let in.</summary>
    public required bool Allowed { get; init; }

    /// <summary>Why not; <see langword="null"/> where it is let in.</summary>
    public AdmissionStatus? Status { get; init; }

    /// <summary>How <see cref="Patch"/> is written: <c>JSONPatch</c>; <see langword="null"/> where there is none.</summary>
    public string? PatchType { get; init; }

    /// <summary>A JSON patch (RFC 6902), base64 on the wire; <see langword="null"/> where nothing is changed.</summary>
    public byte[]? Patch { get; init; }

    /// <summary>Sentences for the author, which kubectl prints; <see langword="null"/> where there are none.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Lets the object in as it is.</summary>
    internal static AdmissionResponse Let(AdmissionRequest request, IReadOnlyList<string> warnings) =>
        new() { Uid = request.Uid, Allowed = true, Warnings = warnings.Count == 0 ? null : warnings };

    /// <summary>Keeps the object out.</summary>
    /// <param name="request">The question.</param>
    /// <param name="code">400 where the request is wrong in itself, 403 where its author may not do that, 503 where nobody can tell now.</param>
    /// <param name="sentence">What to write or do instead.</param>
    internal static AdmissionResponse Deny(AdmissionRequest request, int code, string sentence)
    {
        var reason = code switch
        {
            StatusCodes.Status403Forbidden => "Forbidden",
            StatusCodes.Status503ServiceUnavailable => "ServiceUnavailable",
            _ => "BadRequest",
        };
        return new() { Uid = request.Uid, Allowed = false, Status = new AdmissionStatus(code, reason, sentence) };
    }
}
