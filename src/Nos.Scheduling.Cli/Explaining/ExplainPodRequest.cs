namespace Nos.Scheduling.Cli.Explaining;

/// <summary>Which pod is to be explained, and how.</summary>
/// <param name="Pod">Which.</param>
/// <param name="Format"><c>table</c>, <c>json</c> or <c>yaml</c>.</param>
/// <param name="Home">The namespace of the server and the agents.</param>
/// <param name="GpuMemoryPerGpu">Unit: GB that one whole GPU counts in quotas.</param>
/// <param name="ReclaimsUnquoted">Whether guarantees hold against pods without quota, too.</param>
internal sealed record ExplainPodRequest(PodName Pod, string Format, string Home, long GpuMemoryPerGpu, bool ReclaimsUnquoted);
