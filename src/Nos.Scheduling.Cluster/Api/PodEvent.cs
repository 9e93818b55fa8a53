namespace Nos.Scheduling.Cluster.Api;

/// <summary>Something to tell the people who look at a pod.</summary>
/// <param name="Namespace">The pod's namespace.</param>
/// <param name="Name">The pod's name.</param>
/// <param name="Uid">The pod's identity.</param>
/// <param name="Reason">Why, in one word of few and constant ones. It is told once a pod.</param>
/// <param name="Message">What, in a sentence.</param>
/// <param name="IsWarning">Whether something is wrong.</param>
public sealed record PodEvent(string Namespace, string Name, string Uid, string Reason, string Message, bool IsWarning);
