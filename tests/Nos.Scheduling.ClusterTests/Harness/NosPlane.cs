using System.Text.Json.Nodes;
using Xunit.Sdk;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>
/// The whole system on a control plane of its own: CRDs and rights from manifests/, the server and one agent process as their own users, the
/// webhook over TLS (through a proxy that tests can cut), and a stock kube-scheduler configured by <c>kubectl nos scheduler-config</c>.
/// </summary>
public sealed class NosPlane : IAsyncDisposable
{
    public const string SchedulerName = "nos-scheduler";
    private const string Simulated = "nos.nebuly.com/simulated";
    private readonly NosSettings _settings;
    private readonly ScratchDirectory _state = new();
    private readonly List<ChildProcess> _children = [];
    private readonly IssuedCertificate _serverCertificate;
    private readonly string _serverKubeconfig;
    private readonly string _agentKubeconfig;
    private readonly ApiFaults? _faults;

    private NosPlane(ControlPlane plane, NosSettings settings, ApiFaults? faults)
    {
        (Plane, _settings, _faults) = (plane, settings, faults);
        (ServerFlags, AgentFlags) = (settings.ServerFlags, settings.AgentFlags);
        _serverCertificate = plane.IssueServer("127.0.0.1", "localhost");
        _serverKubeconfig = IssueClient("system:serviceaccount:nos-system:nos-server", "system:serviceaccounts");
        _agentKubeconfig = IssueClient("system:serviceaccount:nos-system:nos-agent", "system:serviceaccounts");
    }

    public ControlPlane Plane { get; }

    public int PlainPort { get; } = FreePorts.Next();

    public int ExtenderPort { get; } = FreePorts.Next();

    public int AdmissionPort { get; } = FreePorts.Next();

    /// <summary>The running one, or the last.</summary>
    public ChildProcess Server { get; private set; } = null!;

    /// <inheritdoc cref="Server"/>
    public ChildProcess Agent { get; private set; } = null!;

    /// <inheritdoc cref="Server"/>
    public ChildProcess Scheduler { get; private set; } = null!;

    /// <summary>Beyond those that every server here has; those of the next start.</summary>
    public IReadOnlyList<string> ServerFlags { get; set; }

    /// <summary>Beyond those that every agent here has; those of the next start.</summary>
    public IReadOnlyList<string> AgentFlags { get; set; }

    /// <summary>Where the simulated machines' slices survive the agent process, where the settings say that they do.</summary>
    public string StateFolder => _state.Path;

    /// <summary>What the API server reaches the webhook through.</summary>
    public TcpProxy Webhook { get; private set; } = null!;

    /// <summary>What the server, the agent and the scheduler reach the API server through.</summary>
    /// <exception cref="InvalidOperationException">The settings did not ask for it.</exception>
    public ApiFaults Faults => _faults ?? throw new InvalidOperationException($"This plane was started without {nameof(NosSettings.ThroughFaults)}.");

    /// <summary>The name under which pods of this plane reach the extender.</summary>
    public string PodScheduler => _settings.Mode == "own" ? SchedulerName : "default-scheduler";

    public static Task<NosPlane> Start(string mode, string[]? serverFlags = null, string[]? agentFlags = null) =>
        Start(new NosSettings(mode) { ServerFlags = serverFlags ?? [], AgentFlags = agentFlags ?? [] });

    public static async Task<NosPlane> Start(NosSettings settings)
    {
        var plane = await ControlPlane.Start([.. settings.ApiServerFlags]);
        var nos = new NosPlane(plane, settings, settings.ThroughFaults ? await ApiFaults.Start(plane) : null);
        try
        {
            await nos.ApplyManifests();
            if (settings.StartsServer)
            {
                await nos.StartServer();
            }

            if (settings.PlaysNodes)
            {
                await nos.StartAgent();
            }

            await nos.RegisterWebhooks();
            await nos.StartScheduler();
            return nos;
        }
        catch
        {
            await nos.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node that the agent process plays.</summary>
    public static TestNode Node(string name, string mode, string product, int gpus, int memoryMiB) =>
        TestNode.Named(name).WithGpus(product, gpus, memoryMiB).Partitioned(mode).Labelled(Simulated, "true");

    /// <summary>
    /// Starts a server on the same ports as the last, which should have ended. One that ends at once because a port is in use is started again, as kubelet
    /// would: seen once in many runs, by whom it was in use was not found out.
    /// </summary>
    public async Task StartServer()
    {
        for (var attempt = 1; ; attempt++)
        {
            Server = Launch(ServerCommand(PlainPort, ExtenderPort, AdmissionPort));
            try
            {
                await Ready();
                return;
            }
            catch (XunitException) when (attempt < 5 && Server.HasExited && Server.Tail().Contains("address already in use", StringComparison.Ordinal))
            {
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }
    }

    /// <summary>One more server, on ports of its own. Not started yet.</summary>
    /// <param name="pod">The pod in <c>nos-system</c> that it takes itself for; names its log, too.</param>
    public ServerReplica AddServer(string pod) =>
        new(pod, (ports, flags) => Launch(ServerCommand(ports.PlainPort, ports.ExtenderPort, ports.AdmissionPort, flags).With("POD_NAME", pod).Called(pod)));

    /// <summary>SIGKILL, and a new one.</summary>
    public async Task RestartServer()
    {
        await Server.Kill();
        await StartServer();
    }

    /// <summary>Starts an agent process that plays the agents of all nodes of <see cref="Node"/>; returns once it has heard of them all.</summary>
    public async Task StartAgent()
    {
        Agent = Launch(ChildCommand.Agent(
        [
            "--kubeconfig", _agentKubeconfig, "--simulate-nodes", $"{Simulated}=true", "--listen", $"http://127.0.0.1:{FreePorts.Next()}",
            .. _settings.KeepsState ? new[] { "--simulated-state", StateFolder } : [], .. AgentFlags,
        ]));
        await Agent.WaitForLine("Playing the agents");
    }

    /// <summary>Starts an agent process of the test's own choosing, as the agents' user.</summary>
    /// <param name="flags">Beyond those that say where the API server is and which port it opens.</param>
    /// <param name="environment">Added to the process's environment.</param>
    public ChildProcess LaunchAgent(IEnumerable<string> flags, params IReadOnlyList<(string Variable, string Value)> environment)
    {
        var command = ChildCommand.Agent(["--kubeconfig", _agentKubeconfig, "--listen", $"http://127.0.0.1:{FreePorts.Next()}", .. flags]);
        return Agent = Launch(environment.Aggregate(command, (so, set) => so.With(set.Variable, set.Value)));
    }

    /// <summary>SIGKILL, and a new one.</summary>
    public async Task RestartAgent()
    {
        await Agent.Kill();
        await StartAgent();
    }

    /// <summary>Starts a kube-scheduler that <c>kubectl nos scheduler-config</c> configured; in plain mode one that knows nothing of us.</summary>
    public async Task StartScheduler() => Scheduler = _settings.Mode == "plain"
        ? await Plane.StartScheduler(null, IssueClient("system:kube-scheduler"))
        : await StartScheduler(_settings.ServicePort ?? ExtenderPort);

    /// <summary>Starts one more kube-scheduler, with an extender of its own. The caller disposes it.</summary>
    /// <param name="extender">The extender's port.</param>
    /// <param name="name">For pods of that schedulerName.</param>
    public async Task<ChildProcess> StartScheduler(int extender, string name = SchedulerName) => await Plane.StartScheduler(
        (await SchedulerConfiguration(extender)).Replace($"schedulerName: {SchedulerName}", $"schedulerName: {name}", StringComparison.Ordinal), IssueClient("system:kube-scheduler"));

    /// <summary>Waits until the server leads, having heard of everything there is: after a SIGKILL once the lease of the last one has run out.</summary>
    public async Task Ready()
    {
        using var http = new HttpClient();
        await Polling.Until("the server leads", async () =>
        {
            Assert.False(Server.HasExited, Server.Tail());
            try
            {
                return (await http.GetAsync(new Uri($"http://127.0.0.1:{PlainPort}/readyz?leader"))).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>A GpuNode once it has as many GPUs as reported and is adopted, so that pods can be placed.</summary>
    public Task<JsonObject> Partitionable(string node) => Plane.Admin.Eventually(
        GpuNode(node), "is reported and adopted", gpuNode => gpuNode["spec"]?["gpus"] is JsonArray && gpuNode["status"]?["gpus"] is JsonArray);

    public static string GpuNode(string node) => $"/apis/nos.nebuly.com/v1alpha1/gpunodes/{node}";

    public async ValueTask DisposeAsync()
    {
        if (Scheduler is not null)
        {
            await Scheduler.DisposeAsync();
        }

        foreach (var child in _children)
        {
            await child.DisposeAsync();
        }

        Webhook?.Dispose();
        if (_faults is not null)
        {
            await _faults.DisposeAsync();
        }

        await Plane.DisposeAsync();
        _state.Dispose();
    }

    /// <summary>The last words of all our processes, for a failure's message.</summary>
    public string Evidence() => string.Join('\n', _children.Select(child => child.Tail()));

    private string IssueClient(string commonName, params string[] organizations) =>
        _faults?.IssueClient(commonName, organizations) ?? Plane.IssueClient(commonName, organizations);

    private ChildCommand ServerCommand(int plain, int extender, int admission, params IReadOnlyList<string> flags) => ChildCommand.Server(
    [
        "--kubeconfig", _serverKubeconfig, "--cert-dir", _serverCertificate.Folder, "--listen", $"http://127.0.0.1:{plain}",
        "--listen-extender", $"https://127.0.0.1:{extender}", "--listen-admission", $"https://127.0.0.1:{admission}",
        .. _settings.Mode == "own" ? new[] { "--scheduler-name", SchedulerName } : [], .. ServerFlags, .. flags,
    ]);

    private ChildProcess Launch(ChildCommand command)
    {
        var child = ChildProcess.Start(command.LoggingTo(Plane.LogFolder));
        _children.Add(child);
        return child;
    }

    private async Task ApplyManifests()
    {
        var admin = Plane.IssueClient("admin", "system:masters");
        foreach (var file in new[] { "crds/nos.nebuly.com.yaml", "base/namespace.yaml", "base/server-rbac.yaml", "base/agent-rbac.yaml" })
        {
            await Kubectl("--kubeconfig", admin, "apply", "-f", Path.Combine(RepositoryLayout.Root, "manifests", file));
        }

        foreach (var plural in new[] { "gpunodes", "elasticquotas", "compositeelasticquotas" })
        {
            await Plane.Admin.Eventually(
                $"{ApiPaths.CustomResourceDefinitions}/{plural}.nos.nebuly.com", "is established",
                crd => crd["status"]?["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Established" && (string?)condition["status"] == "True") ?? false);
        }
    }

    private async Task RegisterWebhooks()
    {
        Webhook = new TcpProxy(AdmissionPort);
        await RegisterWebhook("webhook.yaml", "mutatingwebhookconfigurations");
        await RegisterWebhook("quota-webhook.yaml", "validatingwebhookconfigurations");
    }

    private async Task RegisterWebhook(string file, string plural)
    {
        var rendered = await Kubectl("create", "--dry-run=client", "-o", "json", "-f", Path.Combine(RepositoryLayout.Root, "manifests", "base", file), "--validate=false", "--kubeconfig", Plane.IssueClient("admin", "system:masters"));
        var configuration = JsonNode.Parse(rendered)!.AsObject();
        configuration["webhooks"]![0]!["clientConfig"] = new JsonObject
        {
            ["url"] = $"https://127.0.0.1:{Webhook.Port}{configuration["webhooks"]![0]!["clientConfig"]!["service"]!["path"]}",
            ["caBundle"] = Convert.ToBase64String(await File.ReadAllBytesAsync(Plane.AuthorityFile)),
        };
        await Plane.Admin.Create($"/apis/admissionregistration.k8s.io/v1/{plural}", configuration);
    }

    private async Task<string> SchedulerConfiguration(int extender)
    {
        var client = Plane.IssueClientCertificate("nos-extender-client");
        var cli = await ChildProcess.Run(ChildCommand.Cli(
            "scheduler-config", "--url", $"https://127.0.0.1:{extender}", "--ca-file", Plane.AuthorityFile, "--cert-file", client.CertificateFile,
            "--key-file", client.KeyFile, "--api", Plane.SchedulerConfigApi, "--mode", _settings.Mode).LoggingTo(Plane.LogFolder));
        Assert.True(cli.ExitCode == 0, cli.Tail());
        var printed = string.Join('\n', cli.OutputLines);
        return _settings.SchedulerCallsPerSecond is not { } calls
            ? printed
            : printed.Replace("clientConnection:\n", $"clientConnection:\n  qps: {calls}\n  burst: {calls}\n", StringComparison.Ordinal);
    }

    private async Task<string> Kubectl(params string[] arguments)
    {
        var kubectl = await ChildProcess.Run(new ChildCommand("kubectl", Tools.Kubectl, arguments).LoggingTo(Plane.LogFolder));
        Assert.True(kubectl.ExitCode == 0, kubectl.Tail());
        return string.Join('\n', kubectl.OutputLines);
    }
}
