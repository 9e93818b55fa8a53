using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;
using Nos.Scheduling.Pricing;

namespace Nos.Scheduling.Server.Extender;

/// <summary>
/// Tells the learner of prices each pod once, when the scheduler first asks for it, and the state the prices. It begins with the pods that
/// run already: what they asked for is what will be asked for, until the arrivals say otherwise.
/// </summary>
/// <param name="state">What is known of the cluster.</param>
internal sealed class ArrivalWatch(ClusterState state)
{
    /// <summary>Unit: pods; older ones would be forgotten all the same.</summary>
    private const int MostRunning = 2_000;

    /// <summary>Unit: pods; a pod that comes back after so many others counts as a new one.</summary>
    private const int MostRemembered = 16_384;

    private readonly Lock gate = new();
    private readonly PriceLearner learner = new();
    private HashSet<string> recent = new(StringComparer.Ordinal);
    private HashSet<string> before = new(StringComparer.Ordinal);
    private bool hasBegun;

    /// <summary>The scheduler asks about a pod; repeated for one that waits.</summary>
    internal void Note(string uid, PodDemand demand)
    {
        if (!demand.AsksForSlices || !demand.Slices[0].Resource.IsMig)
        {
            return;
        }

        lock (gate)
        {
            Begin();
            if (before.Contains(uid) || !recent.Add(uid))
            {
                return;
            }

            if (recent.Count >= MostRemembered)
            {
                (before, recent) = (recent, new HashSet<string>(StringComparer.Ordinal));
            }

            learner.Observe(demand, state.Current.Nodes);
            state.Prices = learner.Current;
        }
    }

    private void Begin()
    {
        if (hasBegun)
        {
            return;
        }

        hasBegun = true;
        foreach (var pod in state.Pods().Where(pod => !pod.IsWaiting && pod.Demand.AsksForSlices).OrderBy(pod => pod.Uid, StringComparer.Ordinal).Take(MostRunning))
        {
            learner.Observe(pod.Demand, state.Current.Nodes);
        }
    }
}
