namespace Nos.Scheduling.Cluster.Api;

/// <summary>As much of an object as can be read when the rest of it can't: who it is.</summary>
internal sealed record WatchedMetadata
{
    /// <summary>Its identity.</summary>
    public Identity? Metadata { get; init; }

    /// <summary>Namespace and name.</summary>
    internal sealed record Identity
    {
        /// <summary>Its name.</summary>
        public string? Name { get; init; }

        /// <summary>Its namespace.</summary>
        public string? Namespace { get; init; }
    }
}
