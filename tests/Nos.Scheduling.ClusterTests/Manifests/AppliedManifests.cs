using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.Manifests;

/// <summary>
/// A plane of its own with the manifests of own mode applied, as kubectl applies them. It is not shared with other tests: the webhook
/// configuration in it concerns every pod, and nobody answers.
/// </summary>
public sealed class AppliedManifests : IAsyncLifetime
{
    public ControlPlane Plane { get; private set; } = null!;

    /// <summary>What the first <c>kubectl apply</c> printed.</summary>
    public IReadOnlyList<string> FirstApply { get; private set; } = [];

    /// <summary>The overlay of <c>manifests/overlays</c> that suits the plane.</summary>
    public string Overlay => Plane.Version.AtLeast(1, 25) ? "own" : "own-1.20";

    private string Kubeconfig { get; set; } = "";

    public async Task InitializeAsync()
    {
        Plane = await ControlPlane.Start();
        Kubeconfig = Plane.IssueClient("admin", "system:masters");
        FirstApply = await Kubectl("apply", "-k", Folder($"overlays/{Overlay}"));
    }

    public async Task DisposeAsync()
    {
        if (Plane is not null)
        {
            await Plane.DisposeAsync();
        }
    }

    /// <summary>A path below <c>manifests/</c>.</summary>
    public static string Folder(string path) => Path.Combine(RepositoryLayout.Root, "manifests", path);

    /// <summary>Renders without any cluster.</summary>
    public static Task<IReadOnlyList<string>> Render(string path) => Run("kustomize", Folder(path));

    /// <summary>What kubectl prints; its failure is the test's.</summary>
    public Task<IReadOnlyList<string>> Kubectl(params string[] arguments) => Run([.. arguments, "--kubeconfig", Kubeconfig]);

    /// <summary>The API as a service account of <c>nos-system</c> sees it: RBAC knows it by user and groups, whatever it showed.</summary>
    public TestApi As(string serviceAccount) => Plane.ApiAs(UserName(serviceAccount), Groups);

    /// <summary>A kubeconfig of that service account.</summary>
    public string KubeconfigOf(string serviceAccount) => Plane.IssueClient(UserName(serviceAccount), Groups);

    private static string[] Groups => ["system:serviceaccounts", "system:serviceaccounts:nos-system", "system:authenticated"];

    private static string UserName(string serviceAccount) => $"system:serviceaccount:nos-system:{serviceAccount}";

    private static async Task<IReadOnlyList<string>> Run(params string[] arguments)
    {
        await using var kubectl = await ChildProcess.Run(new ChildCommand("kubectl", Tools.Kubectl, arguments));
        Assert.True(kubectl.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}\n{kubectl.Tail()}");
        return kubectl.OutputLines;
    }
}
