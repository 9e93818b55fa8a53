using System.Text.RegularExpressions;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Tests.Agent.Options;

public sealed class AgentCommandLineTests
{
    private static readonly string[] Names =
    [
        "node-name", "kubeconfig", "namespace", "listen", "driver", "kubelet-dir", "no-kubelet", "device-list", "enable-mig", "report-interval", "mps-root",
        "simulate-nodes", "simulated-gpus", "simulate-allocatable", "simulated-latency", "simulated-state", "simulated-faults", "log-level", "config", "help", "version",
    ];

    /// <summary>Every flag of the documented API.</summary>
    public static TheoryData<string> Documented => [.. Names];

    [Theory]
    [MemberData(nameof(Documented))]
    public void Help_lists_every_documented_flag_on_one_line(string flag) =>
        Assert.Single(Regex.Matches(Help(), $"^  --{flag}( \\S+)?  +\\S.*$", RegexOptions.Multiline));

    [Fact]
    public void Help_lists_no_flag_that_is_not_documented() => Assert.Equal(
        Names.Order(), Regex.Matches(Help(), "^  --([a-z-]+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order());

    [Theory]
    [InlineData("listen", "http://127.0.0.1:8081")]
    [InlineData("namespace", "nos-system")]
    [InlineData("driver", "nvml")]
    [InlineData("device-list", "auto")]
    [InlineData("report-interval", "30s")]
    [InlineData("enable-mig", "off")]
    public void Help_tells_the_default(string flag, string expected) =>
        Assert.Matches(new Regex($"^  --{flag} .*\\({Regex.Escape(expected)}\\)$", RegexOptions.Multiline), Help());

    [Theory]
    [InlineData("", "Run")]
    [InlineData("mps", "Mps")]
    [InlineData("probe", "Probe")]
    public void Takes_its_verb_in_front(string line, string verb) => Assert.Equal(verb, Options(line, "NODE_NAME=n KUBECONFIG=/kube").Verb.ToString());

    [Theory]
    [InlineData("--node-name a", "NODE_NAME=b", "a")]
    [InlineData("", "NODE_NAME=b NOS_NODE_NAME=c", "c")]
    [InlineData("", "NODE_NAME=b", "b")]
    [InlineData("--simulate-nodes simulated=true", "", null)]
    [InlineData("probe", "", null)]
    public void Is_told_its_node_by_flag_or_variable(string line, string environment, string? node) =>
        Assert.Equal(node, Options(line, $"{environment} KUBECONFIG=/kube").NodeName);

    [Theory]
    [InlineData("", "nvml", false)]
    [InlineData("--driver simulated", "simulated", false)]
    [InlineData("--no-kubelet", "nvml", true)]
    [InlineData("--simulate-nodes a/b=", "simulated", true)]
    [InlineData("--simulate-nodes a/b=c --driver simulated --no-kubelet --simulate-allocatable", "simulated", true)]
    public void Playing_nodes_implies_simulated_GPUs_and_no_kubelet(string line, string driver, bool noKubelet)
    {
        var options = Options(line, "NODE_NAME=n KUBECONFIG=/kube");

        Assert.Equal((driver, noKubelet), (options.Driver.ToString().ToLowerInvariant(), options.NoKubelet));
    }

    [Fact]
    public void Reads_what_a_simulation_needs()
    {
        var options = Options(
            "--simulate-nodes nos.nebuly.com/simulated=yes --simulated-gpus 4xNVIDIA-A30 --simulated-latency 700ms --simulated-state /s --simulated-faults /f",
            "KUBERNETES_SERVICE_HOST=h");

        Assert.Equal(new NodeLabel("nos.nebuly.com/simulated", "yes"), options.SimulateNodes);
        Assert.Equal("4xNVIDIA-A30", options.SimulatedGpus.ToString());
        Assert.Equal((TimeSpan.FromMilliseconds(700), "/s", "/f"), (options.SimulatedLatency, options.SimulatedState, options.SimulatedFaults));
    }

    [Theory]
    [InlineData("", "--node-name must be the name of the node that this agent serves, by the flag or by $NODE_NAME; only --simulate-nodes does without.")]
    [InlineData("--node-name Node_1", "--node-name \"Node_1\" must be a Kubernetes name: at most 253 lower-case letters, digits, '-' and '.', a letter or digit at both ends.")]
    [InlineData("--node-name n --driver nvidia", "--driver \"nvidia\" must be nvml or simulated.")]
    [InlineData("--node-name n --device-list all", "--device-list \"all\" must be auto, cdi or env.")]
    [InlineData("--node-name n --report-interval 0", "--report-interval \"0\" must be a duration from 100ms to 10m, written like 700ms or 1h30m.")]
    [InlineData("--simulate-nodes simulated", "--simulate-nodes \"simulated\" must be a label and its value, such as nos.nebuly.com/simulated=true.")]
    [InlineData("--simulate-nodes -a=b", "--simulate-nodes \"-a=b\" must be a label and its value, such as nos.nebuly.com/simulated=true.")]
    [InlineData("--simulate-nodes a=b --driver nvml", "--driver \"nvml\" contradicts --simulate-nodes, which plays GPUs that do not exist.")]
    [InlineData("--simulate-nodes a=b --no-kubelet=false", "--no-kubelet \"false\" contradicts --simulate-nodes: the nodes that it plays have no kubelet.")]
    [InlineData("--node-name n --simulate-allocatable", "--simulate-allocatable \"true\" has a meaning only with --simulate-nodes.")]
    [InlineData("--node-name n --simulated-latency 1s", "--simulated-latency \"1s\" has a meaning only with --driver simulated or --simulate-nodes.")]
    [InlineData("--node-name n --simulated-state /s", "--simulated-state \"/s\" has a meaning only with --driver simulated or --simulate-nodes.")]
    [InlineData("--node-name n --simulated-faults /f", "--simulated-faults \"/f\" has a meaning only with --driver simulated or --simulate-nodes.")]
    [InlineData("--simulate-nodes a=b --simulated-gpus 8", "--simulated-gpus \"8\" must be COUNTxPRODUCT with 1 to 16 GPUs, such as 8xNVIDIA-A100-SXM4-80GB.")]
    [InlineData("--simulate-nodes a=b --simulated-gpus 0xNVIDIA-A30", "--simulated-gpus \"0xNVIDIA-A30\" must be COUNTxPRODUCT with 1 to 16 GPUs, such as 8xNVIDIA-A100-SXM4-80GB.")]
    [InlineData("--simulate-nodes a=b --simulated-gpus 2xNVIDIA-A3", "--simulated-gpus \"2xNVIDIA-A3\" names the unknown product NVIDIA-A3; did you mean NVIDIA-A30?")]
    [InlineData("--node-name n --kubeconfig /missing", "--kubeconfig \"/missing\" must be a file that is there.")]
    [InlineData("mpss", "\"mpss\" is neither a flag nor one of mps, probe.")]
    [InlineData("--node-name n probe", "probe must stand in front of all flags.")]
    public void Refuses_in_one_sentence(string line, string sentence) => Assert.Equal(new FlagOutcome<AgentStart>.Refused(sentence), Read(line, "KUBECONFIG=/kube"));

    [Fact]
    public void Fails_without_a_cluster() => Assert.Equal(
        new FlagOutcome<AgentStart>.Refused("No cluster was found: --kubeconfig, $KUBECONFIG and $KUBERNETES_SERVICE_HOST are not set; name a kubeconfig.", ExitCodes.Failed),
        Read("--node-name n", ""));

    private static string Help() => Assert.IsType<FlagOutcome<AgentStart>.Show>(Read("--help", "")).Text;

    private static AgentOptions Options(string line, string environment) => Assert.IsType<FlagOutcome<AgentStart>.Run>(Read(line, environment)).With.Options;

    private static FlagOutcome<AgentStart> Read(string line, string environment)
    {
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        return AgentCommandLine.Read(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries), variables.GetValueOrDefault, path => throw new FileNotFoundException(path), path => path == "/kube");
    }
}
