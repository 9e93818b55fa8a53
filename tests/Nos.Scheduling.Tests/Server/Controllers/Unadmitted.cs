using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Fitting;

namespace Nos.Scheduling.Tests.Server.Controllers;

/// <summary>Waiting pods whose requests were never translated.</summary>
internal static class Unadmitted
{
    internal static PodRecord Pod(string name, string? controller = null, string ns = "team") => new()
    {
        Uid = $"uid-{ns}-{name}",
        Namespace = ns,
        Name = name,
        SchedulerName = "default-scheduler",
        Demand = PodDemand.Of([]),
        Promise = [],
        IsNotAdmitted = true,
        Controller = controller is null ? null : new PodController($"uid-{controller}", $"ReplicaSet {controller}"),
    };
}
