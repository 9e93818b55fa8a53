namespace Nos.Scheduling.Cluster.State;

/// <summary>The controller that made a pod and would make it anew.</summary>
/// <param name="Uid">Its identity.</param>
/// <param name="Name">Kind and name, for people: <c>ReplicaSet web-5d8</c>.</param>
public sealed record PodController(string Uid, string Name);
