namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A call that came through <see cref="ApiFaults"/>.</summary>
/// <param name="Method">Such as <c>PATCH</c>.</param>
/// <param name="Path">Without the query.</param>
/// <param name="Query">With its question mark; empty where there is none.</param>
/// <param name="Caller">The common name of the certificate that the caller showed.</param>
public sealed record ApiCall(string Method, string Path, string Query, string Caller)
{
    public bool IsWatch => Query.Contains("watch=true", StringComparison.Ordinal) || Query.Contains("watch=1", StringComparison.Ordinal);

    public bool IsBinding => Method == "POST" && Path.EndsWith("/binding", StringComparison.Ordinal);

    /// <summary>A change of a GpuNode's spec: ours is a merge patch of the object itself.</summary>
    public bool IsGpuNodeSpec => Method == "PATCH" && Path.StartsWith(ApiPaths.GpuNodes + "/", StringComparison.Ordinal) && !IsStatus;

    /// <summary>An agent's report.</summary>
    public bool IsGpuNodeStatus => Method == "PATCH" && Path.StartsWith(ApiPaths.GpuNodes + "/", StringComparison.Ordinal) && IsStatus;

    private bool IsStatus => Path.EndsWith("/status", StringComparison.Ordinal);
}
