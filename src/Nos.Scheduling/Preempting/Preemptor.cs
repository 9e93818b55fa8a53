using Nos.Scheduling.Fitting;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Preempting;

/// <summary>A pod that waits for room.</summary>
/// <param name="Uid">Its identity.</param>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Priority">Its priority; 0 where it has none.</param>
/// <param name="MayPreempt">Whether it may have others evicted: not with <c>preemptionPolicy: Never</c>.</param>
/// <param name="Demand">What it needs of a node.</param>
/// <param name="Requirements">Which nodes it may be put on.</param>
/// <param name="Request">What quotas count for it. Units as in <see cref="Quotas.Quota"/>.</param>
public sealed record Preemptor(
    string Uid, string Namespace, int Priority, bool MayPreempt, PodDemand Demand, NodeRequirements Requirements, ResourceAmounts Request);
