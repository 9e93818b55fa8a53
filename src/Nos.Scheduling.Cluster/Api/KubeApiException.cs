using System.Net;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>The API server said no, or said nothing.</summary>
/// <param name="status">The HTTP status; 0 where no answer came.</param>
/// <param name="reason">The server's reason, such as <c>Conflict</c>, <c>NotFound</c>, <c>Expired</c>; empty where it gave none.</param>
/// <param name="message">The server's sentence, with what was asked.</param>
/// <param name="inner">What went wrong below HTTP, or <see langword="null"/>.</param>
public sealed class KubeApiException(HttpStatusCode status, string reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The reason where nothing was sent because this process may not write (any more); the status is 0.</summary>
    public const string NotSent = "NotSent";

    /// <summary>The HTTP status; 0 where no answer came.</summary>
    public HttpStatusCode Status { get; } = status;

    /// <summary>The server's reason; empty where it gave none.</summary>
    public string Reason { get; } = reason;

    /// <summary>How long the server asked to wait (429, 503); <see langword="null"/> where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The single causes that the server named, for programs, such as <c>DisruptionBudget</c>.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>No such object.</summary>
    public bool IsNotFound => Status == HttpStatusCode.NotFound;

    /// <summary>Somebody else wrote first (409, reason Conflict).</summary>
    public bool IsConflict => Status == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>A budget forbids the eviction, told by the cause. Several budgets over one pod are an error of the server's, and as final as a budget.</summary>
    internal bool IsBudget =>
        Causes.Contains("DisruptionBudget")
        || ((int)Status == 429 && Message.Contains("disruption budget", StringComparison.OrdinalIgnoreCase))
        || ((int)Status == 500 && Message.Contains("PodDisruptionBudget", StringComparison.Ordinal));

    /// <summary>An object of that name exists.</summary>
    public bool IsAlreadyExists => Reason == "AlreadyExists";

    /// <summary>The version asked for is too old: list anew.</summary>
    public bool IsGone => Status == HttpStatusCode.Gone;

    /// <summary>Whether the same request may succeed later: no answer, 429, 5xx.</summary>
    public bool IsTransient => Status == 0 || (int)Status == 429 || (int)Status >= 500;

    /// <summary>What the server's Status says.</summary>
    /// <param name="code">The HTTP status.</param>
    /// <param name="status">The body; <see langword="null"/> where it was none.</param>
    /// <param name="asked">What was asked, such as <c>GET api/v1/pods</c>.</param>
    /// <param name="retryAfter">What the header said; wins over the body.</param>
    internal static KubeApiException From(HttpStatusCode code, StatusDocument? status, string asked, TimeSpan? retryAfter)
    {
        var reason = status?.Reason ?? "";
        var sentence = string.IsNullOrWhiteSpace(status?.Message) ? "no further explanation" : status.Message;
        return new KubeApiException(code, reason, $"{asked}: the API server answered {(int)code} {(reason.Length > 0 ? reason : code)}: {sentence}")
        {
            RetryAfter = retryAfter ?? (status?.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null),
            Causes = [.. (status?.Details?.Causes ?? []).Select(cause => cause.Reason ?? "")],
        };
    }
}
