namespace Nos.Scheduling.Cluster.Api;

/// <summary>What one group and version offers.</summary>
internal sealed record ApiResourceList
{
    /// <summary>The resources and subresources.</summary>
    public ApiResource[]? Resources { get; init; }

    /// <summary>One resource, or a subresource such as <c>pods/eviction</c>.</summary>
    internal sealed record ApiResource
    {
        /// <summary>Its plural, with the subresource after a slash.</summary>
        public string? Name { get; init; }

        /// <summary>The kind that it takes.</summary>
        public string? Kind { get; init; }

        /// <summary>That kind's group where it is not the list's.</summary>
        public string? Group { get; init; }

        /// <summary>That kind's version where it is not the list's.</summary>
        public string? Version { get; init; }
    }
}
