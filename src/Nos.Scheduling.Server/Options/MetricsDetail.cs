namespace Nos.Scheduling.Server.Options;

/// <summary>Whether per-GPU metrics carry the <c>gpu</c> label.</summary>
internal enum MetricsDetail
{
    /// <summary>Up to 1,000 nodes they do.</summary>
    Auto,

    /// <summary>They always do.</summary>
    Gpu,

    /// <summary>Never: sums of a node.</summary>
    Node,
}
