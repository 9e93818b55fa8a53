using System.Text.Json.Nodes;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Server.Options;
using Nos.Scheduling.Tests.Cli;

namespace Nos.Scheduling.Tests.Manifests;

public sealed class ArgumentsTests
{
    [Fact]
    public void The_server_takes_the_arguments_of_its_Deployment_and_of_own_mode()
    {
        var component = YamlReading.Document(Repository.Text("manifests/components/own-scheduler/kustomization.yaml"));
        var added = YamlReading.Lists((string)component["patches"]![0]!["patch"]!).Single().Select(operation => (string)operation!["value"]!);

        var start = Assert.IsType<FlagOutcome<ServerStart>.Run>(ServerCommandLine.Read([.. Arguments("base", "Deployment", "nos-server"), .. added], InPod, NoFile, _ => true)).With;

        Assert.IsType<Launch.InCluster>(start.Launch);
        Assert.True(start is { OpensExtenderPort: true, OpensAdmissionPort: true, OpensDashboard: false });
        Assert.Equal(
            ("http://0.0.0.0:8080", "https://0.0.0.0:8444", "https://0.0.0.0:8443", "/etc/nos/certificates", "nos-scheduler"),
            ($"{start.Options.Listen}", $"{start.Options.ListenExtender}", $"{start.Options.ListenAdmission}", start.Options.CertDir, start.Options.SchedulerName));
    }

    [Theory]
    [InlineData("base", "DaemonSet", "nos-agent", "Run", "Nvml")]
    [InlineData("base", "DaemonSet", "nos-mps", "Mps", "Nvml")]
    [InlineData("overlays/simulation", "Deployment", "nos-simulated-agents", "Run", "Simulated")]
    public void The_agent_takes_the_arguments_of_its_workloads(string folder, string kind, string name, string verb, string driver)
    {
        var start = Assert.IsType<FlagOutcome<AgentStart>.Run>(AgentCommandLine.Read(Arguments(folder, kind, name), InPod, NoFile, _ => true)).With;

        Assert.Equal((verb, driver), ($"{start.Options.Verb}", $"{start.Options.Driver}"));
    }

    [Fact]
    public void Agent_and_MPS_daemons_meet_in_the_directory_that_both_mount()
    {
        Assert.All(["nos-agent", "nos-mps"], name =>
        {
            var pod = Pod("base", "DaemonSet", name);
            var root = Arguments("base", "DaemonSet", name).Single(argument => argument.StartsWith("--mps-root=", StringComparison.Ordinal)).Split('=')[1];
            Assert.Equal(root, (string?)pod["volumes"]!.AsArray().Single(volume => (string?)volume!["name"] == "mps")!["hostPath"]!["path"]);
            Assert.Equal(root, (string?)pod["containers"]![0]!["volumeMounts"]!.AsArray().Single(mount => (string?)mount!["name"] == "mps")!["mountPath"]);
        });
    }

    [Fact]
    public void No_service_of_the_namespace_can_pass_for_a_flag() => Assert.All(
        ((string, string, string)[])[("base", "Deployment", "nos-server"), ("base", "DaemonSet", "nos-agent"), ("base", "DaemonSet", "nos-mps"), ("overlays/simulation", "Deployment", "nos-simulated-agents")],
        workload => Assert.False((bool)Pod(workload.Item1, workload.Item2, workload.Item3)["enableServiceLinks"]!));

    private static string[] Arguments(string folder, string kind, string name) =>
        [.. Pod(folder, kind, name)["containers"]![0]!["args"]!.AsArray().Select(argument => (string)argument!)];

    private static JsonNode Pod(string folder, string kind, string name) => Repository.Objects("manifests/" + folder)
        .Single(item => (string?)item["kind"] == kind && (string?)item["metadata"]!["name"] == name)["spec"]!["template"]!["spec"]!;

    private static string? InPod(string variable) => variable switch { "KUBERNETES_SERVICE_HOST" => "10.0.0.1", "NODE_NAME" => "node-1", _ => null };

    private static string NoFile(string path) => throw new FileNotFoundException(path);
}
