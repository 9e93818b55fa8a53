using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Server.Extender;

/// <summary>The answer to a filter call: for each node, in the order asked, whether and why not.</summary>
/// <param name="Names">The nodes as asked.</param>
/// <param name="Misfits">By place; <see cref="Misfit.None"/> where the pod may go there.</param>
internal readonly record struct FilterVerdict(string[] Names, Misfit[] Misfits)
{
    /// <summary>Judges the pod on every node. No side effects, no lock.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="demand">What it needs, read from it.</param>
    /// <param name="names">The nodes.</param>
    /// <param name="cluster">What is known of them.</param>
    /// <param name="standing">What is known of the pod.</param>
    internal static FilterVerdict Of(PodDocument pod, PodDemand demand, string[] names, ClusterSnapshot cluster, PodStanding standing)
    {
        var misfits = new Misfit[names.Length];
        if ((PodRecords.IsNotAdmitted(pod) ? Misfit.NotAdmitted : standing.Quota) is var everywhere and not Misfit.None)
        {
            Array.Fill(misfits, everywhere);
            return new FilterVerdict(names, misfits);
        }

        var filter = new NodeFilter(demand);
        if (!filter.IsNeeded && !standing.HasOthersClaims)
        {
            return new FilterVerdict(names, misfits);
        }

        for (var place = 0; place < names.Length; place++)
        {
            misfits[place] = Check(cluster.Find(names[place]), names[place], demand, ref filter, standing);
        }

        return new FilterVerdict(names, misfits);
    }

    private static Misfit Check(Node? node, string name, PodDemand demand, ref NodeFilter filter, PodStanding standing)
    {
        if (name == standing.KeptOn && node?.Obstacle is Misfit.None or Misfit.PartitioningBackoff)
        {
            return Misfit.None;
        }

        var misfit = !filter.IsNeeded ? Misfit.None : node is null ? Misfit.NodeNotManaged : filter.Check(node);
        if (name == standing.ClaimedOn)
        {
            return misfit.IsResolvable() ? Misfit.WaitingForReclaim : misfit;
        }

        // The scheduler does not know that what it sees as free there is kept for somebody.
        return misfit == Misfit.None && node is { IsClaimed: true } && !node.Room.Holds(demand.Room) ? Misfit.NodeResources : misfit;
    }
}
