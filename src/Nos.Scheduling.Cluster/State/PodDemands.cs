using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Cluster.State;

/// <summary>Reads what a pod needs of a node out of its containers.</summary>
public static class PodDemands
{
    /// <summary>The most slices of one resource that are read; a container that names more cannot fit anywhere.</summary>
    private const long MostSlices = 1024;

    /// <summary>What the pod needs. Amounts are the limits', for extended resources equal to the requests.</summary>
    public static PodDemand Of(PodDocument pod)
    {
        var demands = new List<ContainerDemand>();
        foreach (var container in pod.Spec.InitContainers ?? [])
        {
            Read(pod, container, container.RestartPolicy == "Always" ? ContainerKind.Sidecar : ContainerKind.Init, demands);
        }

        foreach (var container in pod.Spec.Containers)
        {
            Read(pod, container, ContainerKind.Main, demands);
        }

        return PodDemand.Of(demands, PodRooms.Of(pod.Spec), PodOthers.Of(pod.Spec));
    }

    private static void Read(PodDocument pod, Container container, ContainerKind kind, List<ContainerDemand> demands)
    {
        foreach (var (name, amount) in container.Resources?.Limits ?? container.Resources?.Requests ?? [])
        {
            if (SliceResource.TryParse(name, out var resource) && amount.Value > 0)
            {
                var mps = resource.IsMig ? default : MpsDemandOf(pod, container);
                demands.Add(new ContainerDemand(container.Name, kind, resource, (int)Math.Min(amount.Value, MostSlices), mps));
            }
        }
    }

    private static MpsDemand MpsDemandOf(PodDocument pod, Container container)
    {
        var percentage = Array.Find(container.Env ?? [], variable => variable.Name == ContainerVariables.MpsThreadPercentage)?.Value;
        var percent = int.TryParse(percentage, out var asked) && asked is > 0 and <= MpsLimits.ComputePercent ? asked : 0;
        return new MpsDemand(percent, container.SecurityContext?.RunAsUser ?? pod.Spec.SecurityContext?.RunAsUser);
    }
}
