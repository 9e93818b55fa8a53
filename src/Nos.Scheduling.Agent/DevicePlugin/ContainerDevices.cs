namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Devices of one resource that a container has, as kubelet tells it.</summary>
/// <param name="Pod">Namespace and name.</param>
/// <param name="Container">The container.</param>
/// <param name="Resource">The resource; any plugin's.</param>
/// <param name="Ids">Device ids of that plugin's own.</param>
internal sealed record ContainerDevices(string Pod, string Container, string Resource, IReadOnlyList<string> Ids);
