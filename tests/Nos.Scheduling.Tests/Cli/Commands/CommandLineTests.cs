namespace Nos.Scheduling.Tests.Cli.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("", "say what to do: status, top, explain, crds, scheduler-config,")]
    [InlineData("crd", "'crd' is none of status, top, explain, crds, scheduler-config,")]
    [InlineData("--verbose", "'--verbose' is none of status, top, explain, crds")]
    [InlineData("crds more", "'more' means nothing here; see 'kubectl nos crds --help'.")]
    [InlineData("crds --for", "--for")]
    [InlineData("crds --for latest", "--for 'latest' is no Kubernetes version from 1.20 on; write one like 1.30.")]
    [InlineData("crds --for 1.19", "--for '1.19' is no Kubernetes version from 1.20 on")]
    [InlineData("scheduler-config", "--url")]
    [InlineData("scheduler-config --url nos:8444", "--url 'nos:8444' is no address of an extender; write one like https://")]
    [InlineData("scheduler-config --url ftp://nos", "--url 'ftp://nos' is no address")]
    [InlineData("scheduler-config --url https://u:p@nos", "--url 'https://u:p@nos' is no address")]
    [InlineData("scheduler-config --url https://nos?a=b", "--url 'https://nos?a=b' is no address")]
    [InlineData("scheduler-config --url https://nos --api v2", "--api 'v2' is not v1 or v1beta1.")]
    [InlineData("scheduler-config --url https://nos --mode both", "--mode 'both' is not own or shared.")]
    [InlineData("scheduler-config --url https://nos --bind-wait 10", "--bind-wait '10' is not between 100ms and 5m; write one like 10s.")]
    [InlineData("scheduler-config --url https://nos --bind-wait 1h", "--bind-wait '1h' is not between")]
    [InlineData("scheduler-config --url https://nos --weight 0", "--weight '0' is not between 1 and 1000000.")]
    [InlineData("scheduler-config --url https://nos --lease nos-scheduler", "--lease 'nos-scheduler' is no Lease; write NAMESPACE/NAME")]
    [InlineData("scheduler-config --url https://nos --cert-file c", "--cert-file and --key-file belong together; give both or neither.")]
    [InlineData("scheduler-config --url http://nos --ca-file c", "--ca-file, --cert-file and --key-file need an https --url.")]
    [InlineData("status -o wide", "--output 'wide' is not table or json or yaml.")]
    [InlineData("status -n a -A", "--namespace and --all-namespaces contradict each other.")]
    [InlineData("top", "say what to do: quotas; see 'kubectl nos top --help'.")]
    [InlineData("top pods", "'pods' is none of quotas; see 'kubectl nos top --help'.")]
    [InlineData("top quotas more", "'more' means nothing here; see 'kubectl nos top quotas --help'.")]
    [InlineData("top quotas -n a -A", "--namespace and --all-namespaces contradict each other.")]
    [InlineData("top quotas -o wide", "--output 'wide' is not table or json or yaml.")]
    [InlineData("top quotas --gpu-memory-per-gpu 0", "--gpu-memory-per-gpu '0' is not between 1 and 1024.")]
    [InlineData("top quotas --gpu-memory-per-gpu many", "--gpu-memory-per-gpu 'many' is not between 1 and 1024.")]
    [InlineData("explain", "say what to do: pod; see 'kubectl nos explain --help'.")]
    [InlineData("explain pod", "pod")]
    [InlineData("explain pod a/b/c", "'a/b/c' is no pod; write NAMESPACE/NAME.")]
    [InlineData("explain pod /b", "'/b' is no pod; write NAMESPACE/NAME.")]
    [InlineData("explain pod a/b -n c", "the pod is said to be in a, but -n says c; leave one of them out.")]
    [InlineData("completion", "shell")]
    [InlineData("completion tcsh", "'tcsh' is not bash or kubectl.")]
    public async Task Bad_usage_ends_with_2_and_one_sentence_that_names_what_is_wrong(string line, string expected)
    {
        var run = await CliRun.Of(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("kubectl nos: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(run.Error.Length - 1, run.Error.IndexOf('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("crds --help")]
    [InlineData("scheduler-config --help")]
    [InlineData("top quotas --help")]
    [InlineData("explain pod --help")]
    public async Task Help_is_no_failure_whatever_is_missing(string line) =>
        Assert.Contains("--help", await CliRun.OutputOf(line.Split(' ')), StringComparison.Ordinal);

    [Theory]
    [InlineData("version")]
    [InlineData("--version")]
    public async Task The_version_is_said_alike_in_both_ways(string asked) =>
        Assert.Matches(@"^kubectl-nos [0-9]+\.[0-9]+\.[0-9]+\n$", await CliRun.OutputOf(asked));

    [Fact]
    public async Task The_completion_script_asks_what_the_program_answers()
    {
        Assert.Contains("[suggest:${COMP_POINT}]", await CliRun.OutputOf("completion", "bash"), StringComparison.Ordinal);

        const string Line = "kubectl-nos scheduler-config --mode ";
        Assert.Equal("own\nshared\n", await CliRun.OutputOf($"[suggest:{Line.Length}]", Line));
    }

    [Theory]
    [InlineData("kubectl-nos to", "top")]
    [InlineData("kubectl-nos top ", "quotas")]
    [InlineData("kubectl-nos explain ", "pod")]
    [InlineData("kubectl-nos explain pod --reclaim", "--reclaim-unquoted")]
    [InlineData("kubectl-nos top quotas --gpu", "--gpu-memory-per-gpu")]
    [InlineData("kubectl-nos top quotas --output ", "yaml")]
    public async Task Commands_and_their_options_are_proposed(string line, string proposal) =>
        Assert.Contains(proposal, (await CliRun.OutputOf($"[suggest:{line.Length}]", line)).Split('\n'));
}
