using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Tests.Cluster.Binding;

namespace Nos.Scheduling.Tests.Server.Extender;

/// <summary>Terms that do not end.</summary>
internal static class Terms
{
    /// <param name="cluster">Where it leads.</param>
    /// <param name="failed">Told of the node of each bind that came to nothing.</param>
    internal static ActiveTerm Of(BindingCluster cluster, Action<string>? failed = null) => new(
        cluster.Binder,
        failed ?? (_ => { }),
        new PreemptionVerdicts(cluster.State, new ReclaimScenes(cluster.State, _ => false, reclaimsUnquoted: false, cluster.Clock), token => DisruptionBudgets.ReadAsync(cluster.Client, token)),
        CancellationToken.None);
}
