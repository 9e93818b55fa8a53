namespace Nos.Scheduling.Cluster.Api;

/// <summary>How an object is to be deleted.</summary>
internal sealed record DeleteOptions
{
    /// <summary>Group and version of these options.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary>The kind of these options.</summary>
    public string Kind { get; init; } = "DeleteOptions";

    /// <summary>Unit: seconds; <see langword="null"/> for the object's own.</summary>
    public int? GracePeriodSeconds { get; init; }

    /// <summary>What must still be so.</summary>
    public DeletePreconditions? Preconditions { get; init; }

    /// <summary>Options for one object and no other of the same name.</summary>
    public static DeleteOptions For(string? uid, int? gracePeriodSeconds) => new()
    {
        GracePeriodSeconds = gracePeriodSeconds,
        Preconditions = uid is null ? null : new DeletePreconditions { Uid = uid },
    };

    /// <summary>What must still be so.</summary>
    internal sealed record DeletePreconditions
    {
        /// <summary>The object's identity.</summary>
        public string? Uid { get; init; }
    }
}
