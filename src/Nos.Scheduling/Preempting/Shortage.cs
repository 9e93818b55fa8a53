using Nos.Scheduling.Fitting;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Preempting;

/// <summary>What a pod lacks on a node.</summary>
internal sealed class Shortage
{
    /// <summary>Whole GPUs count in quotas by their memory, as slices do.</summary>
    private const string WholeGpu = "nvidia.com/gpu";

    private readonly bool trustsDemands;

    private Shortage(Misfit misfit, NodeRoom room, List<(string Name, long Missing)> others, bool trustsDemands) =>
        (Misfit, Room, Others, this.trustsDemands) = (misfit, room, others, trustsDemands);

    /// <summary>Why its slices do not go there, or <see cref="Misfit.None"/>.</summary>
    internal Misfit Misfit { get; }

    /// <summary>What is missing of cpu, memory and pods; 0 where nothing is.</summary>
    internal NodeRoom Room { get; }

    /// <summary>What is missing of all else, by name.</summary>
    internal IReadOnlyList<(string Name, long Missing)> Others { get; }

    /// <summary>Whether its slices do not go there.</summary>
    internal bool InSlices => Misfit != Misfit.None;

    /// <summary>Whether nothing is missing.</summary>
    internal bool IsNone => !InSlices && Room == default && Others.Count == 0;

    /// <summary>Whether nobody's going would help.</summary>
    internal bool IsHopeless => InSlices && !Misfit.IsResolvable();

    /// <summary>What the pod lacks on the node.</summary>
    internal static Shortage On(Node node, PodDemand demand, ref NodeFilter filter)
    {
        var (room, asked) = (node.Room, demand.Room);
        return new Shortage(
            filter.Check(node),
            new NodeRoom(Missing(room.CpuMilli, asked.CpuMilli), Missing(room.MemoryBytes, asked.MemoryBytes), Missing(room.Pods, asked.Pods)),
            OthersMissing(node.Others, demand.Others),
            trustsDemands: false);
    }

    /// <summary>All that the pod asks for: of a node that is not known, nothing is known to be there.</summary>
    internal static Shortage OfAll(PodDemand demand) =>
        new(demand.AsksForSlices ? Misfit.NoOpenPlacement : Misfit.None, demand.Room, OthersMissing(default, demand.Others), trustsDemands: true);

    /// <summary>Whether a pod's going leaves some of what is lacking.</summary>
    internal bool IsEasedBy(Occupant pod)
    {
        var (room, others) = (pod.Bound.Demand.Room, pod.Bound.Demand.Others);
        return (InSlices && HasSlices(pod))
            || (Room.CpuMilli > 0 && room.CpuMilli > 0)
            || (Room.MemoryBytes > 0 && room.MemoryBytes > 0)
            || (Room.Pods > 0 && room.Pods > 0)
            || (Others.Count > 0 && Others.Any(other => others[other.Name] > 0));
    }

    /// <summary>Whether a pod's going leaves some of what is lacking and counts under that name in quotas: GPU room counts by memory and by slice.</summary>
    internal bool IsEasedBy(Occupant pod, string resource)
    {
        var demand = pod.Bound.Demand;
        return pod.Bound.Pod.Request[resource] > 0 && resource switch
        {
            "cpu" => Room.CpuMilli > 0 && demand.Room.CpuMilli > 0,
            "memory" => Room.MemoryBytes > 0 && demand.Room.MemoryBytes > 0,
            "pods" => Room.Pods > 0 && demand.Room.Pods > 0,
            QuotaStandings.GpuMemory => (InSlices && HasSlices(pod)) || IsEasedInOther(demand, WholeGpu),
            _ => IsEasedInOther(demand, resource) || (InSlices && HasSlices(pod) && SliceResource.TryParse(resource, out _)),
        };
    }

    private bool HasSlices(Occupant pod) => trustsDemands ? pod.Bound.Demand.AsksForSlices : pod.HoldsSlices;

    private bool IsEasedInOther(PodDemand demand, string resource)
    {
        foreach (var (name, _) in Others)
        {
            if (name == resource)
            {
                return demand.Others[resource] > 0;
            }
        }

        return false;
    }

    private static long Missing(long there, long asked) => asked > 0 && asked > there ? (long)Int128.Min(long.MaxValue, (Int128)asked - there) : 0;

    private static List<(string Name, long Missing)> OthersMissing(ResourceAmounts there, ResourceAmounts asked)
    {
        var missing = new List<(string, long)>(0);
        foreach (var (name, amount) in asked.All)
        {
            if (Missing(there[name], amount) is > 0 and var lacking)
            {
                missing.Add((name, lacking));
            }
        }

        return missing;
    }
}
