namespace Nos.Scheduling.Server.Admission;

/// <summary>What the API server sends to a webhook, and what it expects back: the same kind, with a response.</summary>
internal sealed record AdmissionReview
{
    /// <summary><c>admission.k8s.io/v1</c> or <c>admission.k8s.io/v1beta1</c>; the answer must have the same.</summary>
    public string? ApiVersion { get; init; }

    /// <summary><c>AdmissionReview</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>The question; <see langword="null"/> in an answer.</summary>
    public AdmissionRequest? Request { get; init; }

    /// <summary>The answer; <see langword="null"/> in a question.</summary>
    public AdmissionResponse? Response { get; init; }
}
