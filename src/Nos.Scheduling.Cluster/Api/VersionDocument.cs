namespace Nos.Scheduling.Cluster.Api;

/// <summary>The answer of <c>/version</c>.</summary>
internal sealed record VersionDocument
{
    /// <summary>Digits; some vendors add a plus sign.</summary>
    public string? Major { get; init; }

    /// <summary>Digits; some vendors add a plus sign.</summary>
    public string? Minor { get; init; }

    /// <summary>Such as <c>v1.20.2</c>.</summary>
    public string? GitVersion { get; init; }
}
