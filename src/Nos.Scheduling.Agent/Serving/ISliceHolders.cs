using Nos.Scheduling.Agent.Allocating;
using Nos.Scheduling.Agent.Reconciling;
using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Agent.Serving;

/// <summary>Who holds which slice of this node: kubelet knows; where none is asked, promises tell.</summary>
/// <remarks>All members may be called at any time from any thread.</remarks>
internal interface ISliceHolders
{
    /// <summary>Takes over who held what according to the report of an earlier agent. Only the first counts; those after it are our own.</summary>
    void Restore(GpuNodeStatus? reported);

    /// <summary>Takes note of the names that the spec advertises slices under.</summary>
    void Advertise(GpuNodeSpec spec);

    /// <summary>These pods and no others hold slices here, or should.</summary>
    void Admit(BoundPod[] all);

    /// <summary>Who holds what.</summary>
    /// <param name="machine">What is there. While it shows nothing, nobody loses what he has.</param>
    IReadOnlyDictionary<SlicePlace, SliceUse> Uses(MachineReading machine);
}
