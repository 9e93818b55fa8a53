using System.Text.RegularExpressions;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Tests.Server.Options;

public sealed class ServerCommandLineTests
{
    private const string Certificates = "/certs/tls.crt /certs/tls.key /certs/ca.crt";

    private static readonly string[] Names =
    [
        "kubeconfig", "embedded", "embedded-nodes", "embedded-pods", "listen", "listen-extender", "listen-admission", "plain-http", "cert-dir", "cert-secret",
        "cert-configmap", "webhook-configuration", "dashboard", "extender-auth", "scheduler-name", "quota-marker", "governed-schedulers", "identity",
        "bind-wait", "reservation-ttl", "batch-idle", "batch-timeout", "reactive", "gpu-memory-per-gpu", "default-mode", "policy", "mps-uid",
        "reclaim-unquoted", "reclaim-pdb-grace", "namespace", "lease-name", "lease-duration", "metrics-detail", "log-level", "config", "help", "version",
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
    [InlineData("listen", "http://127.0.0.1:8080")]
    [InlineData("listen-extender", "https://0.0.0.0:8444")]
    [InlineData("listen-admission", "https://0.0.0.0:8443")]
    [InlineData("embedded-nodes", "3x8xNVIDIA-A100-SXM4-80GB:mig,2x4xNVIDIA-A10:mps")]
    [InlineData("embedded-pods", "demo")]
    [InlineData("cert-secret", "nos-certificates")]
    [InlineData("cert-configmap", "nos-extender-ca")]
    [InlineData("webhook-configuration", "nos")]
    [InlineData("dashboard", "auto")]
    [InlineData("extender-auth", "mtls")]
    [InlineData("quota-marker", "off")]
    [InlineData("bind-wait", "10s")]
    [InlineData("reservation-ttl", "2m")]
    [InlineData("batch-idle", "10s")]
    [InlineData("batch-timeout", "1m")]
    [InlineData("reactive", "auto")]
    [InlineData("gpu-memory-per-gpu", "32")]
    [InlineData("default-mode", "auto")]
    [InlineData("policy", "fragmentation")]
    [InlineData("mps-uid", "1000")]
    [InlineData("reclaim-unquoted", "off")]
    [InlineData("reclaim-pdb-grace", "10m")]
    [InlineData("namespace", "nos-system")]
    [InlineData("lease-duration", "10s")]
    [InlineData("metrics-detail", "auto")]
    [InlineData("log-level", "info")]
    public void Help_tells_the_default(string flag, string expected) =>
        Assert.Matches(new Regex($"^  --{flag} .*\\({Regex.Escape(expected)}\\)$", RegexOptions.Multiline), Help());

    [Fact]
    public void Shows_name_and_version() => Assert.Matches(@"^nos-scheduling-server \d+\.\d+\.\d+$", Assert.IsType<FlagOutcome<ServerStart>.Show>(Read("--version")).Text);

    [Fact]
    public void Every_flag_can_be_given_by_the_text_that_its_value_is_written_as()
    {
        foreach (var flag in ServerFlags.Set.Flags.Where(flag => flag.Write(ServerFlags.Set.Defaults).Length > 0))
        {
            var text = flag.Write(ServerFlags.Set.Defaults);
            var reading = flag.Apply(ServerFlags.Set.Defaults, text);

            Assert.Null(reading.Fault);
            Assert.Equal(text, flag.Write(reading.Value!));
        }
    }

    [Theory]
    [InlineData("", "default-scheduler")]
    [InlineData("--scheduler-name nos-scheduler", "nos-scheduler")]
    [InlineData("--scheduler-name nos-scheduler --governed-schedulers a,b", "a,b")]
    public void Governs_the_schedulers_given_else_its_own_else_the_default_one(string line, string governed) =>
        Assert.Equal(governed, string.Join(',', Options(line).GovernedSchedulers));

    [Theory]
    [InlineData("--embedded --embedded-nodes 2x4xNVIDIA-H200:mig", "2x4xNVIDIA-H200:mig")]
    [InlineData("--embedded --embedded-nodes 1x1xNVIDIA-A30:mps,5000x8xA100-SXM4-40GB:mig", "1x1xNVIDIA-A30:mps,5000x8xNVIDIA-A100-SXM4-40GB:mig")]
    public void Reads_embedded_nodes(string line, string nodes) => Assert.Equal(nodes, string.Join(',', Options(line).EmbeddedNodes));

    [Theory]
    [InlineData("--embedded --embedded-pods demo", null)]
    [InlineData("--embedded --embedded-pods 0", 0)]
    [InlineData("--embedded --embedded-pods 20000", 20000)]
    public void Reads_embedded_pods(string line, int? count) => Assert.Equal(count, Options(line).EmbeddedPods.Count);

    [Theory]
    [InlineData("--bind-wait 99ms", "--bind-wait \"99ms\" must be a duration from 100ms to 5m, written like 700ms or 1h30m.")]
    [InlineData("--bind-wait 301s", "--bind-wait \"301s\" must be a duration from 100ms to 5m, written like 700ms or 1h30m.")]
    [InlineData("--bind-wait ten", "--bind-wait \"ten\" must be a duration from 100ms to 5m, written like 700ms or 1h30m.")]
    [InlineData("--bindwait 3s", "--bindwait is no flag; did you mean --bind-wait?")]
    [InlineData("--reclaim-pdb-grace 1ms", "--reclaim-pdb-grace \"1ms\" must be a duration from 1s to 24h, written like 700ms or 1h30m, or 0 for no limit.")]
    [InlineData("--gpu-memory-per-gpu 0", "--gpu-memory-per-gpu \"0\" must be a whole number from 1 to 1024.")]
    [InlineData("--dashboard yes", "--dashboard \"yes\" must be auto, on or off.")]
    [InlineData("--policy worst-fit", "--policy \"worst-fit\" must be fragmentation, best-fit or first-fit.")]
    [InlineData("--extender-auth tls", "--extender-auth \"tls\" must be mtls or none.")]
    [InlineData("--listen https://127.0.0.1:80", "--listen \"https://127.0.0.1:80\" must be [http://]host:port with an IP address or localhost as host and a port from 0 (any free one) to 65535.")]
    [InlineData("--listen 127.0.0.1:99999", "--listen \"127.0.0.1:99999\" must be [http://]host:port with an IP address or localhost as host and a port from 0 (any free one) to 65535.")]
    [InlineData("--namespace Nos", "--namespace \"Nos\" must be the name of a namespace: at most 63 lower-case letters, digits and '-', a letter or digit at both ends.")]
    [InlineData("--lease-duration 7s", "--lease-duration \"7s\" must be a duration from 8s to 10m, written like 700ms or 1h30m.")]
    [InlineData("--lease-duration 8500ms", "--lease-duration \"8500ms\" must be whole seconds: a Lease knows no others.")]
    [InlineData("--batch-timeout 5s", "--batch-timeout \"5s\" must not be shorter than --batch-idle, 10s.")]
    [InlineData("--batch-idle 2m", "--batch-timeout \"1m\" must not be shorter than --batch-idle, 2m.")]
    [InlineData("--plain-http --listen 0.0.0.0:8080", "--plain-http \"true\" must not be set while --listen is http://0.0.0.0:8080: without TLS the extender is served on loopback only.")]
    [InlineData("--listen 127.0.0.1:8444", "--listen-extender \"https://0.0.0.0:8444\" must have a port of its own: --listen http://127.0.0.1:8444 has the same.")]
    [InlineData("--listen-extender 0.0.0.0:8443", "--listen-admission \"https://0.0.0.0:8443\" must have a port of its own: --listen-extender https://0.0.0.0:8443 has the same.")]
    [InlineData("--cert-dir /empty", "--cert-dir \"/empty\" must hold tls.crt and tls.key and ca.crt.")]
    [InlineData("--cert-dir /empty --extender-auth none", "--cert-dir \"/empty\" must hold tls.crt and tls.key.")]
    [InlineData("--embedded-pods 5", "--embedded-pods \"5\" has a meaning only on the embedded cluster, but the kubeconfig /kube names a real one; add --embedded to simulate.")]
    [InlineData("--embedded-nodes 1x1xNVIDIA-A30:mig", "--embedded-nodes \"1x1xNVIDIA-A30:mig\" has a meaning only on the embedded cluster, but the kubeconfig /kube names a real one; add --embedded to simulate.")]
    [InlineData("--kubeconfig /missing", "--kubeconfig \"/missing\" must be a file that is there.")]
    [InlineData("--embedded --kubeconfig /kube", "--embedded \"true\" contradicts --kubeconfig: give one of them.")]
    [InlineData("--embedded --embedded-pods many", "--embedded-pods \"many\" must be demo or a whole number from 0 to 1000000.")]
    [InlineData("--embedded --embedded-pods -1", "--embedded-pods \"-1\" must be demo or a whole number from 0 to 1000000.")]
    [InlineData("--embedded --embedded-nodes 3xA100", "--embedded-nodes \"3xA100\" must be COUNTxGPUSxPRODUCT:mig or COUNTxGPUSxPRODUCT:mps, several joined by commas, such as 3x8xNVIDIA-A100-SXM4-80GB:mig, unlike \"3xA100\".")]
    [InlineData("--embedded --embedded-nodes 3x8xNVIDIA-A30:both", "--embedded-nodes \"3x8xNVIDIA-A30:both\" must be COUNTxGPUSxPRODUCT:mig or COUNTxGPUSxPRODUCT:mps, several joined by commas, such as 3x8xNVIDIA-A100-SXM4-80GB:mig, unlike \"3x8xNVIDIA-A30:both\".")]
    [InlineData("--embedded --embedded-nodes 1x1xNVIDIA-A30:mig,", "--embedded-nodes \"1x1xNVIDIA-A30:mig,\" must be COUNTxGPUSxPRODUCT:mig or COUNTxGPUSxPRODUCT:mps, several joined by commas, such as 3x8xNVIDIA-A100-SXM4-80GB:mig, unlike \"\".")]
    [InlineData("--embedded --embedded-nodes 0x8xNVIDIA-A30:mig", "--embedded-nodes \"0x8xNVIDIA-A30:mig\" must name 1 to 10000 nodes of 1 to 16 GPUs, unlike \"0x8xNVIDIA-A30:mig\".")]
    [InlineData("--embedded --embedded-nodes 1x17xNVIDIA-A30:mig", "--embedded-nodes \"1x17xNVIDIA-A30:mig\" must name 1 to 10000 nodes of 1 to 16 GPUs, unlike \"1x17xNVIDIA-A30:mig\".")]
    [InlineData("--embedded --embedded-nodes 9999999999x1xNVIDIA-A30:mig", "--embedded-nodes \"9999999999x1xNVIDIA-A30:mig\" must name 1 to 10000 nodes of 1 to 16 GPUs, unlike \"9999999999x1xNVIDIA-A30:mig\".")]
    [InlineData("--embedded --embedded-nodes 9000x1xNVIDIA-A30:mig,2000x1xNVIDIA-A30:mps", "--embedded-nodes \"9000x1xNVIDIA-A30:mig,2000x1xNVIDIA-A30:mps\" must name at most 10000 nodes together.")]
    [InlineData("--embedded --embedded-nodes 1x1xNVIDIA-A10:mig", "--embedded-nodes \"1x1xNVIDIA-A10:mig\" asks for MIG on NVIDIA-A10, which knows no MIG; write NVIDIA-A10:mps.")]
    [InlineData("--embedded --embedded-nodes 1x1xNVIDIA-A300:mig", "--embedded-nodes \"1x1xNVIDIA-A300:mig\" names the unknown product NVIDIA-A300; did you mean NVIDIA-A30?")]
    public void Refuses_in_one_sentence(string line, string sentence) =>
        Assert.Equal(new FlagOutcome<ServerStart>.Refused(sentence), Read(line, line.Contains("--embedded ", StringComparison.Ordinal) ? null : "/kube"));

    [Fact]
    public void Lists_the_known_products_when_none_is_close() => Assert.Contains(
        "names the unknown product banana; known are NVIDIA-A30, NVIDIA-A100-SXM4-40GB, ",
        Assert.IsType<FlagOutcome<ServerStart>.Refused>(Read("--embedded --embedded-nodes 1x1xbanana:mig")).Sentence,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("--listen 127.0.0.1:8443", false, false, true)]
    [InlineData("--listen-extender 127.0.0.1:9444", true, false, true)]
    [InlineData("--listen-admission 127.0.0.1:9443", false, true, true)]
    [InlineData("--cert-dir /certs", true, true, true)]
    [InlineData("--embedded --listen 0.0.0.0:8080", false, false, true)]
    [InlineData("--kubeconfig /kube", true, true, false)]
    [InlineData("--kubeconfig /kube --plain-http", true, true, true)]
    public void Embedded_serves_plainly_and_opens_TLS_ports_only_when_they_or_certificates_are_given(string line, bool extender, bool admission, bool plain)
    {
        var start = Assert.IsType<FlagOutcome<ServerStart>.Run>(Read(line)).With;

        Assert.Equal((extender, admission, plain), (start.OpensExtenderPort, start.OpensAdmissionPort, start.Options.PlainHttp));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("--embedded --listen 0.0.0.0:80", false)]
    [InlineData("--embedded --listen 0.0.0.0:80 --dashboard on", true)]
    [InlineData("--dashboard off", false)]
    public void The_dashboard_is_served_on_loopback_unless_told_otherwise(string line, bool opens) =>
        Assert.Equal(opens, Assert.IsType<FlagOutcome<ServerStart>.Run>(Read(line)).With.OpensDashboard);

    [Theory]
    [InlineData("", 1000, true)]
    [InlineData("", 1001, false)]
    [InlineData("--metrics-detail gpu", 5000, true)]
    [InlineData("--metrics-detail node", 1, false)]
    public void Metrics_are_told_per_GPU_up_to_a_thousand_nodes_unless_told_otherwise(string line, int nodes, bool perGpu) =>
        Assert.Equal(perGpu, Options(line).TellsPerGpu(nodes));

    [Fact]
    public void Without_a_cluster_a_port_beyond_loopback_is_a_failure_and_not_a_simulation() => Assert.Equal(
        new FlagOutcome<ServerStart>.Refused(
            "No cluster was found: --kubeconfig, $KUBECONFIG and $KUBERNETES_SERVICE_HOST are not set. --listen http://0.0.0.0:8080 reaches beyond this machine, "
            + "so no simulated cluster is started in its place: name a kubeconfig, or ask for the simulation with --embedded.",
            ExitCodes.Failed),
        Read("--listen http://0.0.0.0:8080"));

    private static string Help() => Assert.IsType<FlagOutcome<ServerStart>.Show>(Read("--help")).Text;

    private static ServerOptions Options(string line) => Assert.IsType<FlagOutcome<ServerStart>.Run>(Read(line)).With.Options;

    private static FlagOutcome<ServerStart> Read(string line, string? kubeconfig = null) => ServerCommandLine.Read(
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        name => name == "KUBECONFIG" ? kubeconfig : null,
        path => throw new FileNotFoundException(path),
        path => path == "/kube" || Certificates.Split(' ').Contains(path));
}
