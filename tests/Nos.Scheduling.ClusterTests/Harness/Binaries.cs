namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>The programs of a real control plane on this machine.</summary>
/// <param name="Folder">Holds <c>etcd</c>, <c>kube-apiserver</c> and <c>kube-scheduler</c>.</param>
public sealed record Binaries(string Folder)
{
    private static readonly string[] _names = ["etcd", "kube-apiserver", "kube-scheduler"];

    public string Etcd => Path.Combine(Folder, "etcd");

    public string ApiServer => Path.Combine(Folder, "kube-apiserver");

    public string Scheduler => Path.Combine(Folder, "kube-scheduler");

    /// <summary>
    /// <c>$KUBEBUILDER_ASSETS</c> where it holds all three programs, else the cache that <c>tests/run.sh</c> fills.
    /// </summary>
    /// <exception cref="FileNotFoundException">Neither holds them. A test never skips for that: it fails and says what to run.</exception>
    public static Binaries Find() => Find(Environment.GetEnvironmentVariable);

    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    internal static Binaries Find(Func<string, string?> variable)
    {
        string[] folders = [.. CandidateFolders(variable)];
        return folders.FirstOrDefault(HoldsAll) is { } found
            ? new Binaries(found)
            : throw new FileNotFoundException(
                $"No etcd, kube-apiserver and kube-scheduler in {string.Join(" or ", folders)}. Run: bash tests/run.sh --prepare");
    }

    private static bool HoldsAll(string folder) => _names.All(name => File.Exists(Path.Combine(folder, name)));

    private static IEnumerable<string> CandidateFolders(Func<string, string?> variable)
    {
        if (variable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets)
        {
            yield return Path.GetFullPath(assets);
        }

        yield return Path.Combine(UserCache.Folder(variable), "control-plane", "bin");
    }
}
