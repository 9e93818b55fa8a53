using Nos.Scheduling.Agent.DevicePlugin.Protos.V1Beta1;
using Nos.Scheduling.Agent.DevicePlugin.Rpc;
using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Agent.DevicePlugin;

/// <summary>Writes what a container gets with its slices: exactly these, and nothing beside them. Pure.</summary>
internal static class ContainerGrants
{
    /// <summary>Where a container finds its MPS daemon's pipes.</summary>
    public const string PipeInContainer = "/mps/pipe";

    private const string AnnotationPrefix = "cdi.k8s.io/nos_";

    /// <summary>The answer for one container.</summary>
    /// <param name="devices">Its slices; at least one.</param>
    /// <param name="style">How the runtime is told.</param>
    /// <param name="mpsRoot">The folder that holds a folder per shared GPU, named by its UUID, with <c>pipe</c> and <c>shm</c>.</param>
    /// <exception cref="RpcException">MPS shares of two GPUs: a process has one daemon's pipe.</exception>
    public static ContainerAllocateResponse Of(IReadOnlyList<SliceDevice> devices, GrantStyle style, string mpsRoot)
    {
        var grant = new ContainerAllocateResponse();
        var ordered = devices.OrderBy(device => device.Place.Gpu).ThenBy(device => device.Place.Shape.Start).ThenBy(device => device.Id, StringComparer.Ordinal).ToList();
        switch (style)
        {
            case GrantStyle.CdiDevices:
                grant.CdiDevices.Add(ordered.Select(device => new CDIDevice { Name = CdiSpec.NameOf(device.Id) }));
                break;
            case GrantStyle.CdiAnnotations:
                // The key names the allocation, so that two of one pod do not overwrite one another; it has room for 63 characters.
                grant.Annotations[AnnotationPrefix + ordered[0].Id] = string.Join(',', ordered.Select(device => CdiSpec.NameOf(device.Id)));
                break;
            default:
                grant.Envs[ContainerVariables.VisibleDevices] = string.Join(',', ordered.Select(device => device.VisibleUuid).Distinct());
                break;
        }

        AddMps(grant, [.. ordered.Where(device => device.Place.Shape.Profile is null)], mpsRoot);
        return grant;
    }

    private static void AddMps(ContainerAllocateResponse grant, IReadOnlyList<SliceDevice> shares, string mpsRoot)
    {
        if (shares.Count == 0)
        {
            return;
        }

        if (shares.Select(share => share.GpuUuid).Distinct().Count() > 1)
        {
            throw new RpcException(
                RpcStatus.FailedPrecondition,
                $"A container can have MPS shares of one GPU only, not {string.Join(" and ", shares.Select(share => share.Id))}.");
        }

        var folder = MpsFolder.Of(mpsRoot, shares[0].GpuUuid);
        grant.Envs[ContainerVariables.MpsPipes] = PipeInContainer;

        // The container sees one GPU, so that is number 0 to it, whatever number it has on the node.
        grant.Envs[ContainerVariables.MpsMemoryLimit] = $"0={shares.Sum(share => share.Place.Shape.MemoryGB)}G";
        // By this the agent knows which share a process of the node is on: MPS itself tells process ids only.
        grant.Envs[ContainerVariables.MpsShares] = string.Join(',', shares.Select(share => share.Place.Id));
        grant.Mounts.Add(new Mount { ContainerPath = PipeInContainer, HostPath = folder.Pipe });
        grant.Mounts.Add(new Mount { ContainerPath = "/dev/shm", HostPath = folder.Shm });
    }
}
