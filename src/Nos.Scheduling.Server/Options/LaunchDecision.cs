using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Server.Options;

/// <summary>Decides which cluster the server works on.</summary>
internal static class LaunchDecision
{
    /// <summary>
    /// The embedded cluster where it is asked for; else a real one that flag or environment name; else the embedded one, but never by accident:
    /// whoever opens a port beyond loopback means a real cluster.
    /// </summary>
    /// <param name="options">The flags.</param>
    /// <param name="environment">A variable's value; <see langword="null"/> or empty where it is not set.</param>
    internal static Launch Decide(ServerOptions options, Func<string, string?> environment) =>
        options.Embedded ? new Launch.Embedded(Asked: true) : ClusterAccess.Find(options.Kubeconfig, environment) switch
        {
            ClusterAccess.Kubeconfig(var path) => new Launch.Kubeconfig(path),
            ClusterAccess.InCluster => new Launch.InCluster(),
            _ when PortBeyondLoopback(options) is { } port => new Launch.Refused(
                $"No cluster was found: --kubeconfig, $KUBECONFIG and $KUBERNETES_SERVICE_HOST are not set. {port} reaches beyond this machine, "
                + "so no simulated cluster is started in its place: name a kubeconfig, or ask for the simulation with --embedded."),
            _ => new Launch.Embedded(Asked: false),
        };

    private static string? PortBeyondLoopback(ServerOptions options) =>
        options is { ListenGiven: true, Listen.IsLoopback: false } ? $"--listen {options.Listen}"
        : options is { ListenExtenderGiven: true, ListenExtender.IsLoopback: false } ? $"--listen-extender {options.ListenExtender}"
        : options is { ListenAdmissionGiven: true, ListenAdmission.IsLoopback: false } ? $"--listen-admission {options.ListenAdmission}"
        : null;
}
