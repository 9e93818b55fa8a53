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

    /// <summary>Options for one object and no other of the same name, and if need be only as it was in that version.</summary>
    public static DeleteOptions For(string? uid, int? gracePeriodSeconds, string? version = null) => new()
    {
        GracePeriodSeconds = gracePeriodSeconds,
        Preconditions = uid is null && version is null ? null : new DeletePreconditions { Uid = uid, ResourceVersion = version },
    };

    /// <summary>What must still be so.</summary>
    internal sealed record DeletePreconditions
    {
        /// <summary>The object's identity.</summary>
        public string? Uid { get; init; }

        /// <summary>The object's version.</summary>
        public string? ResourceVersion { get; init; }
    }
}
