namespace Nos.Scheduling.Cluster.Leading;

/// <summary>What one who does not lead does about the Lease.</summary>
internal enum LeaseStep
{
    /// <summary>Somebody holds it: nothing.</summary>
    Wait,

    /// <summary>There is none: create it.</summary>
    Create,

    /// <summary>Nobody holds it, or the holder has not renewed it in time: take it over.</summary>
    Take,

    /// <summary>It says that we hold it: an answer was lost, or a term. Take it anew; it has not changed hands.</summary>
    Resume,
}
