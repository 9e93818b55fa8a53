namespace Nos.Scheduling.Agent.DevicePlugin.Serving;

/// <summary>Which resource a connection is about: kubelet's calls do not say, only the socket that they come in by does.</summary>
/// <param name="Name">The resource, such as <c>nvidia.com/mig-1g.10gb</c>.</param>
internal sealed record ServedResource(string Name);
