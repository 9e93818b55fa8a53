using System.Text.Json.Nodes;
using Nos.Scheduling.ClusterTests.Harness;

namespace Nos.Scheduling.ClusterTests.OneSlice;

/// <summary>
/// The whole system on a control plane of its own: CRDs and rights from manifests/, the server and one agent process as their own users, the
/// webhook over TLS (through a proxy that tests can cut), and a stock kube-scheduler configured by <c>kubectl nos scheduler-config</c>.
/// </summary>
public sealed class NosPlane : IAsyncDisposable
{
    public const string SchedulerName = "nos-scheduler";
    private const string Simulated = "nos.nebuly.com/simulated";
    private readonly string _mode;
    private readonly string[] _serverFlags;
    private readonly string[] _agentFlags;
    private readonly IssuedCertificate _serverCertificate;
    private readonly string _serverKubeconfig;
    private readonly string _agentKubeconfig;

    private NosPlane(ControlPlane plane, string mode, string[] serverFlags, string[] agentFlags)
    {
        (Plane, _mode, _serverFlags, _agentFlags) = (plane, mode, serverFlags, agentFlags);
        _serverCertificate = plane.IssueServer("127.0.0.1", "localhost");
        _serverKubeconfig = plane.IssueClient("system:serviceaccount:nos-system:nos-server", "system:serviceaccounts");
        _agentKubeconfig = plane.IssueClient("system:serviceaccount:nos-system:nos-agent", "system:serviceaccounts");
    }

    public ControlPlane Plane { get; }

    public int PlainPort { get; } = FreePorts.Next();

    public int ExtenderPort { get; } = FreePorts.Next();

    public int AdmissionPort { get; } = FreePorts.Next();

    public ChildProcess Server { get; private set; } = null!;

    public ChildProcess Agent { get; private set; } = null!;

    public ChildProcess Scheduler { get; private set; } = null!;

    /// <summary>What the API server reaches the webhook through.</summary>
    public TcpProxy Webhook { get; private set; } = null!;

    /// <summary>The name under which pods of this plane reach the extender.</summary>
    public string PodScheduler => _mode == "own" ? SchedulerName : "default-scheduler";

    public static async Task<NosPlane> Start(string mode, string[]? serverFlags = null, string[]? agentFlags = null)
    {
        var nos = new NosPlane(await ControlPlane.Start(), mode, serverFlags ?? [], agentFlags ?? []);
        try
        {
            await nos.ApplyManifests();
            await nos.StartServer();
            await nos.StartAgent();
            await nos.RegisterWebhook();
            nos.Scheduler = await nos.Plane.StartScheduler(await nos.SchedulerConfiguration());
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

    public async Task StartServer()
    {
        Server = ChildProcess.Start(ChildCommand.Server(
        [
            "--kubeconfig", _serverKubeconfig, "--cert-dir", _serverCertificate.Folder, "--listen", $"http://127.0.0.1:{PlainPort}",
            "--listen-extender", $"https://127.0.0.1:{ExtenderPort}", "--listen-admission", $"https://127.0.0.1:{AdmissionPort}",
            .. _mode == "own" ? new[] { "--scheduler-name", SchedulerName } : [], .. _serverFlags,
        ]).LoggingTo(Plane.LogFolder));
        await Ready();
    }

    public async Task StartAgent()
    {
        Agent = ChildProcess.Start(ChildCommand.Agent(
        [
            "--kubeconfig", _agentKubeconfig, "--simulate-nodes", $"{Simulated}=true", "--listen", $"http://127.0.0.1:{FreePorts.Next()}", .. _agentFlags,
        ]).LoggingTo(Plane.LogFolder));
        await Agent.WaitForLine("Playing the agents");
    }

    /// <summary>Waits until the server has heard of everything there is.</summary>
    public async Task Ready()
    {
        using var http = new HttpClient();
        await Polling.Until("the server is ready", async () =>
        {
            Assert.False(Server.HasExited, Server.Tail());
            try
            {
                return (await http.GetAsync(new Uri($"http://127.0.0.1:{PlainPort}/readyz"))).IsSuccessStatusCode;
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
        foreach (var child in new ChildProcess?[] { Scheduler, Server, Agent })
        {
            if (child is not null)
            {
                await child.DisposeAsync();
            }
        }

        Webhook?.Dispose();

        await Plane.DisposeAsync();
    }

    private async Task ApplyManifests()
    {
        var admin = Plane.IssueClient("admin", "system:masters");
        foreach (var file in new[] { "crds/nos.nebuly.com.yaml", "base/namespace.yaml", "base/server-rbac.yaml", "base/agent-rbac.yaml" })
        {
            await Kubectl("--kubeconfig", admin, "apply", "-f", Path.Combine(RepositoryLayout.Root, "manifests", file));
        }

        await Plane.Admin.Eventually(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gpunodes.nos.nebuly.com", "is established",
            crd => crd["status"]?["conditions"]?.AsArray().Any(condition => (string?)condition!["type"] == "Established" && (string?)condition["status"] == "True") ?? false);
    }

    private async Task RegisterWebhook()
    {
        Webhook = new TcpProxy(AdmissionPort);
        var rendered = await Kubectl("create", "--dry-run=client", "-o", "json", "-f", Path.Combine(RepositoryLayout.Root, "manifests", "base", "webhook.yaml"), "--validate=false", "--kubeconfig", Plane.IssueClient("admin", "system:masters"));
        var configuration = JsonNode.Parse(rendered)!.AsObject();
        configuration["webhooks"]![0]!["clientConfig"] = new JsonObject
        {
            ["url"] = $"https://127.0.0.1:{Webhook.Port}/admission/pods/mutate",
            ["caBundle"] = Convert.ToBase64String(await File.ReadAllBytesAsync(Plane.AuthorityFile)),
        };
        await Plane.Admin.Create("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", configuration);
    }

    private async Task<string> SchedulerConfiguration()
    {
        var client = Plane.IssueClientCertificate("nos-extender-client");
        var cli = await ChildProcess.Run(ChildCommand.Cli(
            "scheduler-config", "--url", $"https://127.0.0.1:{ExtenderPort}", "--ca-file", Plane.AuthorityFile, "--cert-file", client.CertificateFile,
            "--key-file", client.KeyFile, "--api", Plane.SchedulerConfigApi, "--mode", _mode).LoggingTo(Plane.LogFolder));
        Assert.True(cli.ExitCode == 0, cli.Tail());
        return string.Join('\n', cli.OutputLines);
    }

    private async Task<string> Kubectl(params string[] arguments)
    {
        var kubectl = await ChildProcess.Run(new ChildCommand("kubectl", Tools.Kubectl, arguments).LoggingTo(Plane.LogFolder));
        Assert.True(kubectl.ExitCode == 0, kubectl.Tail());
        return string.Join('\n', kubectl.OutputLines);
    }
}
