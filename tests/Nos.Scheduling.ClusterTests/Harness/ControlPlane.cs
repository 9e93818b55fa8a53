using System.Runtime.InteropServices;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// A real etcd and kube-apiserver on loopback, with their own data, ports and certificates; no kubelet, no controller manager.
/// Schedulers are started by the tests that want one: <see cref="StartScheduler"/>.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly Binaries _binaries;
    private readonly ScratchDirectory _scratch = new();
    private readonly CertificateAuthority _authority;
    private readonly IReadOnlyList<string> _apiServerFlags;
    private readonly List<ChildProcess> _children = [];
    private readonly int _etcdPort = FreePorts.Next();
    private readonly int _etcdPeerPort = FreePorts.Next();
    private readonly int _apiServerPort = FreePorts.Next();
    private readonly IssuedCertificate _serving;
    private readonly string _tokenKey;

    private ControlPlane(Binaries binaries, IReadOnlyList<string> apiServerFlags)
    {
        _binaries = binaries;
        _apiServerFlags = apiServerFlags;
        _authority = new CertificateAuthority(Path.Combine(_scratch.Path, "pki"));
        _serving = _authority.IssueServer(
            "localhost", "127.0.0.1", "10.0.0.1", "kubernetes", "kubernetes.default", "kubernetes.default.svc");
        _tokenKey = _authority.NewSigningKey("service-accounts");
        Admin = ApiAs("admin", "system:masters");
    }

    /// <summary>Of the API server; the scheduler's is taken to be the same.</summary>
    public KubernetesVersion Version { get; private set; }

    /// <summary>The newest KubeSchedulerConfiguration that this scheduler reads and our CLI writes.</summary>
    public string SchedulerConfigApi => Version.AtLeast(1, 25) ? "v1" : "v1beta1";

    /// <summary>Such as <c>https://127.0.0.1:23456</c>; stays the same over restarts.</summary>
    public string ServerUrl => $"https://127.0.0.1:{_apiServerPort}";

    public int ApiServerPort => _apiServerPort;

    /// <summary>May do everything.</summary>
    public TestApi Admin { get; }

    /// <summary>Of the running one, or of the last.</summary>
    public ChildProcess ApiServer { get; private set; } = null!;

    /// <inheritdoc cref="ApiServer"/>
    public ChildProcess Etcd { get; private set; } = null!;

    /// <summary>Where the logs of the plane lie; children of tests may log there too.</summary>
    public string LogFolder => Path.Combine(_scratch.Path, "log");

    /// <summary>PEM of the authority that signs everything here: a webhook's caBundle.</summary>
    public string AuthorityFile => _authority.CertificateFile;

    /// <param name="apiServerFlags">Added to the API server's command line.</param>
    /// <exception cref="FileNotFoundException">The binaries are missing.</exception>
    /// <exception cref="TimeoutException">It did not come up; says what it printed.</exception>
    public static async Task<ControlPlane> Start(params string[] apiServerFlags)
    {
        var plane = new ControlPlane(Binaries.Find(), apiServerFlags);
        try
        {
            plane.Version = KubernetesVersion.Parse(await plane.AskProgram(plane._binaries.ApiServer, "--version"));
            await plane.StartEtcd();
            await plane.StartApiServer();
            return plane;
        }
        catch
        {
            await plane.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client certificate and a kubeconfig file with it.</summary>
    /// <returns>The kubeconfig's path; <c>tls.crt</c>, <c>tls.key</c> and <c>ca.crt</c> lie beside it.</returns>
    public string IssueClient(string commonName, params string[] organizations) =>
        Kubeconfig.Write(ServerUrl, commonName, _authority.IssueClient(commonName, organizations));

    /// <summary>The same, but its connections go through a proxy that a test can cut.</summary>
    public string IssueClientThrough(TcpProxy proxy, string commonName, params string[] organizations) =>
        Kubeconfig.Write($"https://127.0.0.1:{proxy.Port}", commonName, _authority.IssueClient(commonName, organizations));

    /// <summary>A client certificate without a kubeconfig: what a scheduler shows to an extender.</summary>
    public IssuedCertificate IssueClientCertificate(string commonName, params string[] organizations) =>
        _authority.IssueClient(commonName, organizations);

    /// <summary>A server certificate for these DNS names and IP addresses; a folder fit for <c>--cert-dir</c>.</summary>
    public IssuedCertificate IssueServer(params string[] names) => _authority.IssueServer(names);

    /// <summary>An API client of that user, with only the rights that RBAC gives it.</summary>
    public TestApi ApiAs(string commonName, params string[] organizations) =>
        new(ServerUrl, _authority.IssueClient(commonName, organizations), Evidence);

    /// <summary>A namespace and a node prefix of one test.</summary>
    public Task<TestScope> Scope(string theme) => TestScope.Create(Admin, theme);

    public async Task StartEtcd()
    {
        Etcd = Launch("etcd", _binaries.Etcd, [
            "--name", "test", "--data-dir", Path.Combine(_scratch.Path, "etcd"), "--unsafe-no-fsync",
            "--listen-client-urls", EtcdUrl, "--advertise-client-urls", EtcdUrl,
            "--listen-peer-urls", EtcdPeerUrl, "--initial-advertise-peer-urls", EtcdPeerUrl, "--initial-cluster", $"test={EtcdPeerUrl}"]);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        await Ready(Etcd, async () => (await http.GetStringAsync(new Uri($"{EtcdUrl}/health"))).Contains("true", StringComparison.Ordinal));
    }

    /// <summary>SIGKILL; its data stays for the next start.</summary>
    public Task StopEtcd() => Etcd.Kill();

    /// <summary>On the same port and data as before.</summary>
    public async Task StartApiServer()
    {
        ApiServer = Launch("kube-apiserver", _binaries.ApiServer, [
            "--etcd-servers", EtcdUrl, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1", "--secure-port", $"{_apiServerPort}",
            "--tls-cert-file", _serving.CertificateFile, "--tls-private-key-file", _serving.KeyFile, "--client-ca-file", _authority.CertificateFile,
            "--service-account-key-file", _tokenKey, "--service-account-signing-key-file", _tokenKey,
            "--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.0.0.0/24",
            "--authorization-mode", "RBAC", "--allow-privileged=true",

            // Without kube-controller-manager no namespace gets its default service account, so that every pod would be refused, and
            // nobody takes the not-ready taint off a new node.
            "--disable-admission-plugins", "ServiceAccount,TaintNodesByCondition", .. _apiServerFlags]);
        await Ready(ApiServer, async () => await Admin.GetText("/readyz") == "ok" && await Admin.Find("/api/v1/namespaces/default") is not null);
    }

    /// <summary>SIGTERM, and SIGKILL where open watches hold it up; etcd goes on.</summary>
    public async Task StopApiServer()
    {
        try
        {
            await ApiServer.Terminate(TimeSpan.FromSeconds(5));
        }
        catch (TimeoutException)
        {
            await ApiServer.Kill();
        }
    }

    /// <summary>
    /// Starts a kube-scheduler; dispose it to stop it. Where the text says nothing about them, the kubeconfig, "no leader election"
    /// and loopback addresses are added.
    /// </summary>
    /// <param name="configuration">A KubeSchedulerConfiguration (<see cref="SchedulerConfigApi"/>); null: none, the defaults.</param>
    /// <param name="kubeconfig">Its identity; null: <c>system:kube-scheduler</c>.</param>
    public async Task<ChildProcess> StartScheduler(string? configuration = null, string? kubeconfig = null)
    {
        var identity = kubeconfig ?? IssueClient("system:kube-scheduler");
        var port = FreePorts.Next();
        List<string> flags = [
            "--bind-address", "127.0.0.1", "--secure-port", $"{port}",
            "--tls-cert-file", _serving.CertificateFile, "--tls-private-key-file", _serving.KeyFile, "--authentication-kubeconfig", identity, "--authorization-kubeconfig", identity,
            "--authentication-skip-lookup=true", "--authorization-always-allow-paths", "/healthz,/readyz,/livez,/metrics"];
        if ((await AskProgram(_binaries.Scheduler, "--help")).Contains(" --port int ", StringComparison.Ordinal))
        {
            // Releases before 1.23 open a plain port on all interfaces unless told otherwise.
            flags.Add("--port=0");
        }

        // New releases get an empty file instead of flags that are deprecated there.
        configuration ??= Version.AtLeast(1, 25) ? "apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n" : null;
        if (configuration is null)
        {
            flags.AddRange(["--kubeconfig", identity, "--leader-elect=false"]);
        }
        else
        {
            var file = _scratch.File("scheduler", $"{port}.yaml");
            await File.WriteAllTextAsync(file, SchedulerConfiguration.Complete(configuration, identity, FreePorts.Next()));
            flags.AddRange(["--config", file]);
        }

        var scheduler = Launch("kube-scheduler", _binaries.Scheduler, flags);
        using var asker = new TestApi($"https://127.0.0.1:{port}", _authority.IssueClient("test"));
        await Ready(scheduler, async () => await asker.GetText("/healthz") == "ok");
        return scheduler;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        Admin.Dispose();
        _authority.Dispose();
        _scratch.Dispose();
    }

    private string EtcdUrl => $"http://127.0.0.1:{_etcdPort}";

    private string EtcdPeerUrl => $"http://127.0.0.1:{_etcdPeerPort}";

    private ChildProcess Launch(string name, string program, IReadOnlyList<string> flags)
    {
        // etcd before 3.5 starts on arm64 only when told that this is meant; nothing else reads the variable.
        var isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        var command = new ChildCommand(name, program, flags) { LogFolder = LogFolder }.With("ETCD_UNSUPPORTED_ARCH", isArm ? "arm64" : null);
        var child = ChildProcess.Start(command);
        _children.Add(child);
        return child;
    }

    private async Task<string> AskProgram(string program, string flag)
    {
        await using var child = await ChildProcess.Run(
            new ChildCommand($"{Path.GetFileName(program)}{flag}", program, [flag]) { LogFolder = LogFolder });
        return string.Join('\n', [.. child.OutputLines, .. child.ErrorLines]);
    }

    private static async Task Ready(ChildProcess child, Func<Task<bool>> asked)
    {
        await Polling.Until(
            $"{child.Name} is ready",
            async () => child.HasExited || await asked(),
            within: TimeSpan.FromSeconds(120),
            evidence: () => child.Tail());
        if (child.HasExited)
        {
            // Its last words may still be on their way.
            await child.WaitForExit();
            throw new InvalidOperationException($"{child.Name} ended with code {child.ExitCode} while starting.\n{child.Tail()}");
        }
    }

    private string Evidence() => string.Join('\n', _children.Where(child => !ReferenceEquals(child, Etcd)).Select(child => child.Tail(12)));
}
