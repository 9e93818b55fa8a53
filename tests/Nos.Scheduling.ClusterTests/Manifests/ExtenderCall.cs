namespace Nos.Scheduling.ClusterTests.Manifests;

/// <summary>One call of a scheduler.</summary>
/// <param name="Verb">The last part of the path.</param>
/// <param name="Pod">The pod's name.</param>
/// <param name="Caller">The common name of the certificate that the caller showed.</param>
/// <param name="BringsNodes">Whether whole Node objects came along: not with nodeCacheCapable.</param>
internal sealed record ExtenderCall(string Verb, string Pod, string Caller, bool BringsNodes);
