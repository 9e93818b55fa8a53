namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A kubelet with containerd, runc and two tiny images, as <c>tests/control-plane/kubelet/build.sh</c> makes them.</summary>
/// <param name="Folder">Holds <c>bin/kubelet</c>, <c>root</c> and <c>img</c>.</param>
public sealed record KubeletPrograms(string Folder)
{
    /// <summary>Why there is none, in a sentence; <c>tests/run.sh</c> sets it where this machine cannot run one.</summary>
    private const string Refusal = "NOS_NO_KUBELET";

    /// <summary>Names the folder; else the cache that <c>tests/run.sh</c> fills.</summary>
    private const string Place = "NOS_KUBELET";

    /// <summary>Runs, prints its environment, and stays until it is told to end; with the argument <c>once</c> it ends by itself.</summary>
    public const string Image = "kl.local/work:1";

    /// <summary>Starts a node, see there.</summary>
    public static string Script => Path.Combine(RepositoryLayout.Root, "tests", "control-plane", "kubelet", "node.sh");

    /// <summary>Those of this machine.</summary>
    /// <exception cref="FileNotFoundException">There are none: see <see cref="WhyNone()"/>.</exception>
    public static KubeletPrograms Find() => WhyNone() is { } reason
        ? throw new FileNotFoundException(reason)
        : new KubeletPrograms(FolderOf(Environment.GetEnvironmentVariable));

    /// <summary>Why no test can have one here; null where they can.</summary>
    public static string? WhyNone() => WhyNone(Environment.GetEnvironmentVariable, Environment.UserName == "root");

    /// <param name="variable">Reads an environment variable; null where it is not set.</param>
    /// <param name="isRoot">Whether this process may make namespaces and cgroups.</param>
    internal static string? WhyNone(Func<string, string?> variable, bool isRoot) =>
        variable(Refusal) is { Length: > 0 } reason ? $"no kubelet: {reason}"
        : FolderOf(variable) is var folder && !File.Exists(Path.Combine(folder, "img", "work.tar")) ? $"no kubelet: none in {folder}; run: bash tests/run.sh --prepare"
        : !isRoot ? "no kubelet: only root can run one"
        : null;

    private static string FolderOf(Func<string, string?> variable) =>
        variable(Place) is { Length: > 0 } given ? Path.GetFullPath(given) : Path.Combine(UserCache.Folder(variable), "kubelet");
}
