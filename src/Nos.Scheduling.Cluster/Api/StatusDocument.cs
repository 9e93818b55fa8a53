namespace Nos.Scheduling.Cluster.Api;

/// <summary>The body of a refusal, and the object of a watch's ERROR event.</summary>
internal sealed record StatusDocument
{
    /// <summary>For people.</summary>
    public string? Message { get; init; }

    /// <summary>For programs, such as <c>Conflict</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The HTTP status it stands for; the only one there is in a watch.</summary>
    public int? Code { get; init; }

    /// <summary>More about it.</summary>
    public StatusDetails? Details { get; init; }

    /// <summary>What a Status says in detail.</summary>
    internal sealed record StatusDetails
    {
        /// <summary>Unit: seconds to wait before trying again.</summary>
        public int? RetryAfterSeconds { get; init; }

        /// <summary>Single causes.</summary>
        public StatusCause[]? Causes { get; init; }
    }

    /// <summary>One cause of a Status.</summary>
    internal sealed record StatusCause
    {
        /// <summary>For programs, such as <c>DisruptionBudget</c>.</summary>
        public string? Reason { get; init; }

        /// <summary>For people.</summary>
        public string? Message { get; init; }
    }
}
