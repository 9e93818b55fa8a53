namespace Nos.Scheduling.Cluster.Requests;

/// <summary>What is about to happen to a pod.</summary>
public enum PodOperation
{
    /// <summary>It is created: its request is read, judged and translated.</summary>
    Create,

    /// <summary>It is changed: what was settled at its creation stays.</summary>
    Update,
}
