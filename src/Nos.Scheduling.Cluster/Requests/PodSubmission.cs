using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>A pod as somebody hands it in.</summary>
/// <param name="Operation">What is about to happen to it.</param>
/// <param name="Namespace">Where it will live; the pod itself may not say it yet.</param>
/// <param name="UserName">Who hands it in.</param>
/// <param name="Pod">The pod as it will be.</param>
/// <param name="Old">The pod as it is; <see langword="null"/> when it is created.</param>
public sealed record PodSubmission(PodOperation Operation, string Namespace, string UserName, PodDocument Pod, PodDocument? Old = null)
{
    /// <summary>Whether it is only tried, and nothing will be stored.</summary>
    public bool IsDryRun { get; init; }
}
