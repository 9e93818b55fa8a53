namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Completes a KubeSchedulerConfiguration for a plane on loopback.</summary>
internal static class SchedulerConfiguration
{
    /// <param name="text">YAML; <c>@KUBECONFIG@</c> in it is filled in.</param>
    /// <param name="kubeconfig">Of the scheduler's identity.</param>
    /// <param name="plainPort">A free port for what releases before 1.23 serve without TLS.</param>
    public static string Complete(string text, string kubeconfig, int plainPort)
    {
        var lines = text.Replace("@KUBECONFIG@", kubeconfig, StringComparison.Ordinal).TrimEnd().Split('\n').ToList();
        if (!Has(lines, "clientConnection"))
        {
            lines.AddRange(["clientConnection:", $"  kubeconfig: {kubeconfig}"]);
        }

        if (!Has(lines, "leaderElection"))
        {
            lines.AddRange(["leaderElection:", "  leaderElect: false"]);
        }

        // With a file of v1beta1 the flag --port=0 is ignored and a port opened on all interfaces; 0 in the file is refused.
        var isOld = lines.Any(line => line.StartsWith("apiVersion:", StringComparison.Ordinal) && line.Contains("/v1beta1", StringComparison.Ordinal));
        if (isOld && !Has(lines, "healthzBindAddress"))
        {
            lines.AddRange([$"healthzBindAddress: 127.0.0.1:{plainPort}", $"metricsBindAddress: 127.0.0.1:{plainPort}"]);
        }

        return string.Join('\n', lines) + "\n";
    }

    private static bool Has(List<string> lines, string key) => lines.Any(line => line.StartsWith(key + ":", StringComparison.Ordinal));
}
