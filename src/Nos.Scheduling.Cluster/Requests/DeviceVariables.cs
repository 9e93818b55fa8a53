using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.Requests;

/// <summary>Environment variables by which the device plugin gives a container its slice. Set by hand they open other pods' GPUs.</summary>
internal static class DeviceVariables
{
    /// <summary>The first container that sets one, and which; <see langword="null"/> where none does.</summary>
    internal static (string Container, string Variable)? FindSet(PodSpec spec)
    {
        foreach (var container in (spec.InitContainers ?? []).Concat(spec.Containers))
        {
            foreach (var variable in container.Env ?? [])
            {
                if (variable.Name is "NVIDIA_VISIBLE_DEVICES" or "CUDA_MPS_PINNED_DEVICE_MEM_LIMIT")
                {
                    return (container.Name, variable.Name);
                }
            }
        }

        return null;
    }
}
