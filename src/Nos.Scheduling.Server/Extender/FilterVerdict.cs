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
    /// <param name="names">The nodes.</param>
    /// <param name="cluster">What is known of them.</param>
    /// <param name="keptOn">The node that already keeps slices for this pod, or <see langword="null"/>: there it fits, whoever else does not.</param>
    /// <param name="quota">What the pod's quota says, judged once for all nodes; <see cref="Misfit.None"/> where it has no objection.</param>
    internal static FilterVerdict Of(PodDocument pod, string[] names, ClusterSnapshot cluster, string? keptOn, Misfit quota)
    {
        var misfits = new Misfit[names.Length];
        if ((PodRecords.IsNotAdmitted(pod) ? Misfit.NotAdmitted : quota) is var everywhere and not Misfit.None)
        {
            Array.Fill(misfits, everywhere);
            return new FilterVerdict(names, misfits);
        }

        var filter = new NodeFilter(PodDemands.Of(pod));
        if (!filter.IsNeeded)
        {
            return new FilterVerdict(names, misfits);
        }

        for (var place = 0; place < names.Length; place++)
        {
            var node = cluster.Find(names[place]);
            misfits[place] = node is null ? Misfit.NodeNotManaged : filter.Check(node);
            if (names[place] == keptOn && node?.Obstacle is Misfit.None or Misfit.PartitioningBackoff)
            {
                misfits[place] = Misfit.None;
            }
        }

        return new FilterVerdict(names, misfits);
    }
}
