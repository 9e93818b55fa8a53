using System.Text.Json.Nodes;

namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>A real node of a plane: kubelet and containerd in namespaces of their own. Pods need <c>hostNetwork</c>.</summary>
/// <remarks>The kernel ends kubelet, containerd and all containers when the test host dies, however it dies.</remarks>
public sealed class KubeletNode : IAsyncDisposable
{
    private readonly ScratchDirectory _scratch = new();
    private readonly ControlPlane _plane;
    private readonly TestApi _kubelet;
    private readonly int _healthPort = FreePorts.Next();
    private readonly ChildProcess _keeper;
    private readonly string _folder;

    private KubeletNode(ControlPlane plane, string name)
    {
        (_plane, Name) = (plane, name);
        var port = FreePorts.Next();

        // Short: a plugin's socket lies far below, and the path of one must not be longer than 107 bytes.
        _folder = Path.Combine(_scratch.Path, "n");
        _kubelet = new TestApi($"https://127.0.0.1:{port}", plane.IssueClientCertificate("kubelet-client"));
        _keeper = ChildProcess.Start(new ChildCommand("node", "bash", [KubeletPrograms.Script, "run", _folder])
            .LoggingTo(plane.LogFolder)
            .With("KL_DIR", KubeletPrograms.Find().Folder)
            .With("KL_NODE", name)
            .With("KL_KUBECONFIG", plane.IssueClient($"system:node:{name}", "system:nodes"))
            .With("KL_CERTS", plane.IssueServer(name, "127.0.0.1").Folder)
            .With("KL_PORT", $"{port}")
            .With("KL_HEALTH", $"{_healthPort}"));
    }

    /// <summary>What an API server needs for nodes of this kind.</summary>
    public static IReadOnlyList<string> ApiServerFlags { get; } = ["--authorization-mode", "Node", "--enable-admission-plugins", "NodeRestriction"];

    public string Name { get; }

    /// <summary>kubelet's directory as seen from here, with its sockets.</summary>
    public string KubeletFolder => Path.Combine(_folder, "var", "lib", "kubelet");

    /// <summary>Starts one; returns when the node is ready.</summary>
    /// <param name="plane">One that was started with <see cref="ApiServerFlags"/>.</param>
    /// <param name="name">The node's name.</param>
    public static async Task<KubeletNode> Start(ControlPlane plane, string name)
    {
        var node = new KubeletNode(plane, name);
        try
        {
            await node.Ready();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL to kubelet. It stays away until <see cref="StartKubelet"/>; containers go on.</summary>
    public async Task KillKubelet()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "hold"), "");
        var processId = ProcessTree.Children(First()).Single(child => child.Name == "kubelet").Id;
        Signals.Send(processId, Signals.Kill);
        await Polling.Until("kubelet has ended", () => Task.FromResult(!Directory.Exists($"/proc/{processId}")));
    }

    /// <summary>Starts kubelet anew; returns when it answers.</summary>
    public async Task StartKubelet()
    {
        File.Delete(Path.Combine(_folder, "hold"));
        await Healthy();
    }

    /// <summary>What a container has printed, told by kubelet.</summary>
    public Task<string> Log(string @namespace, string pod, string container) => _kubelet.GetText($"/containerLogs/{@namespace}/{pod}/{container}");

    /// <summary>The last words of kubelet and containerd, for a failure's message.</summary>
    public string Evidence() => string.Join('\n', [_keeper.Tail(), .. new[] { "kubelet", "containerd" }.Select(Tail)]);

    public async ValueTask DisposeAsync()
    {
        // What kills the keeper kills the first process of its namespace, and with that everything in there; a moment later.
        var first = _keeper.HasExited ? 0 : ProcessTree.Children(_keeper.Id).FirstOrDefault().Id;
        await _keeper.DisposeAsync();
        await Polling.Until("the node's processes have ended", () => Task.FromResult(first == 0 || !Directory.Exists($"/proc/{first}")));
        await Sweep();
        _kubelet.Dispose();
        _scratch.Dispose();
    }

    /// <summary>Removes what nodes leave in the machine's cgroups when they are killed: empty folders.</summary>
    public static async Task Sweep()
    {
        await using var sweep = await ChildProcess.Run(new ChildCommand("node-sweep", "bash", [KubeletPrograms.Script, "sweep"]));
    }

    private int First() => ProcessTree.Children(_keeper.Id).Single().Id;

    private async Task Ready()
    {
        await Healthy();
        await _plane.Admin.Eventually(
            ApiPaths.Node(Name), $"{Name} is ready",
            node => node.At("status", "conditions") is JsonArray conditions && conditions.Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True"),
            TimeSpan.FromMinutes(3));
    }

    private async Task Healthy()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        await Polling.Until(
            "kubelet answers",
            async () => _keeper.HasExited ? throw new InvalidOperationException(Evidence()) : await http.GetStringAsync(new Uri($"http://127.0.0.1:{_healthPort}/healthz")) == "ok",
            TimeSpan.FromMinutes(3),
            Evidence);
    }

    private string Tail(string program)
    {
        var file = Path.Combine(_folder, "log", $"{program}.log");
        return !File.Exists(file) ? $"{file} is not there" : $"{file}, last lines:\n{string.Join('\n', File.ReadLines(file).TakeLast(25).Select(line => "  " + line))}";
    }
}
