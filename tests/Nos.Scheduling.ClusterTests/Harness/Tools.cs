namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>Programs of others that tests call, as <c>tests/run.sh</c> provides them.</summary>
public static class Tools
{
    /// <summary>A kubectl that knows kustomize components, so 1.21 or newer: <c>$KUBECTL</c>, else the cache's.</summary>
    /// <exception cref="FileNotFoundException">It was not provided; says what to run.</exception>
    public static string Kubectl => Find("KUBECTL", "kubectl");

    /// <summary>Prometheus' checker of metrics and rules: <c>$PROMTOOL</c>, else the cache's.</summary>
    /// <exception cref="FileNotFoundException">It was not provided; says what to run.</exception>
    public static string Promtool => Find("PROMTOOL", "promtool");

    private static string Find(string variable, string name)
    {
        var path = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given
            ? given
            : Path.Combine(UserCache.Folder(Environment.GetEnvironmentVariable), "tools", "bin", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"No {name} at {path}. Run: bash tests/run.sh --prepare");
    }
}
