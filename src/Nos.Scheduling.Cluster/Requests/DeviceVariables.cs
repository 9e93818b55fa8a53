using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Environment variables by which the device plugin gives a container its slice. Set by hand they open other pods' GPUs, or hide who uses what.</summary>
/// <remarks>What a ConfigMap or Secret brings in (<c>envFrom</c>) is not known when a pod is created.</remarks>
internal static class DeviceVariables
{
    /// <summary>The first container that sets one, and which; <see langword="null"/> where none does.</summary>
    internal static (string Container, string Variable)? FindSet(PodSpec spec)
    {
        foreach (var container in (spec.InitContainers ?? []).Concat(spec.Containers))
        {
            foreach (var variable in container.Env ?? [])
            {
                if (variable.Name is ContainerVariables.VisibleDevices or ContainerVariables.MpsMemoryLimit or ContainerVariables.MpsPipes or ContainerVariables.MpsShares)
                {
                    return (container.Name, variable.Name);
                }
            }
        }

        return null;
    }
}
