namespace Nos.Scheduling.Cluster.Leading;

/// <summary>Why a term ended.</summary>
internal enum TermEnd
{
    /// <summary>The Lease is not ours any more, or could not be renewed in time.</summary>
    Lost,

    /// <summary>The process is to stop.</summary>
    Stopped,

    /// <summary>What leads gave up.</summary>
    GaveUp,
}
