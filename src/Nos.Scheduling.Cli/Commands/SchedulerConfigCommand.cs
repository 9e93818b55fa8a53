using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cli.SchedulerConfigs;
using Nos.Scheduling.Cluster.Flags;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>scheduler-config</c>: prints the KubeSchedulerConfiguration that makes a stock kube-scheduler call us.</summary>
internal static partial class SchedulerConfigCommand
{
    // As the server has it.
    private static readonly TimeSpan ShortestBindWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBindWait = TimeSpan.FromMinutes(5);

    internal static Command Create()
    {
        var url = new Option<Uri>("--url") { Description = "Where the extender listens, as the scheduler reaches it: https://HOST:PORT.", Required = true, HelpName = "URL", CustomParser = ReadUrl };
        var ca = Path("--ca-file", "CA of the extender's certificate: a path on the scheduler's machine. Without it the certificate is not checked.");
        var certificate = Path("--cert-file", "The scheduler's client certificate: a path on the scheduler's machine.");
        var key = Path("--key-file", "The key of --cert-file.");
        var kubeconfig = new Option<string>("--client-kubeconfig")
        {
            Description = "The scheduler's kubeconfig: a path on its machine. Empty for a scheduler that runs in a pod.",
            HelpName = "PATH",
            DefaultValueFactory = _ => "@KUBECONFIG@",
        };
        var api = Choices.Create("--api", "v1 for Kubernetes 1.25 and later, v1beta1 for 1.19 to 1.22.", "v1", "v1beta1");
        var mode = Choices.Create("--mode", "own: a second scheduler, all of whose pods come to us; shared: the cluster's scheduler.", "own", "shared");
        var bindWait = new Option<string>("--bind-wait") { Description = "The server's --bind-wait; the scheduler waits 5 s longer.", HelpName = "DURATION", DefaultValueFactory = _ => "10s" };
        bindWait.Validators.Add(CheckBindWait);
        var weight = new Option<int>("--weight")
        {
            Description = $"What one point of ours counts for. At {SchedulerConfig.DefaultWeight} it outweighs all default in-tree scores together.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => SchedulerConfig.DefaultWeight,
            CustomParser = ReadWeight,
        };
        var name = new Option<string>("--scheduler-name") { Description = "Own mode: the name that pods choose the scheduler by.", HelpName = "NAME", DefaultValueFactory = _ => "nos-scheduler" };
        var lease = new Option<string?>("--lease") { Description = "Own mode: the Lease by which several replicas elect a leader. Without it: one replica, no election.", HelpName = "NAMESPACE/NAME" };
        lease.Validators.Add(CheckLease);

        var command = new Command("scheduler-config", "Prints the configuration that makes a stock kube-scheduler call the extender.")
        {
            url, ca, certificate, key, kubeconfig, api, mode, bindWait, weight, name, lease,
        };
        command.Validators.Add(result => CheckTls(result, url, ca, certificate, key));
        command.SetAction(parsed =>
        {
            var config = new SchedulerConfig(
                parsed.GetValue(mode) == "own" ? SchedulerMode.Own : SchedulerMode.Shared,
                parsed.GetRequiredValue(api),
                parsed.GetRequiredValue(url),
                GoDuration.TryParse(parsed.GetRequiredValue(bindWait), out var wait) ? wait : throw new InvalidOperationException("--bind-wait was not checked."),
                parsed.GetValue(weight))
            {
                CaFile = parsed.GetValue(ca),
                CertFile = parsed.GetValue(certificate),
                KeyFile = parsed.GetValue(key),
                ClientKubeconfig = parsed.GetRequiredValue(kubeconfig),
                SchedulerName = parsed.GetRequiredValue(name),
                Lease = parsed.GetValue(lease),
            };
            parsed.InvocationConfiguration.Output.Write(YamlText.Of(config.ToDocument()));
        });
        return command;
    }

    private static Option<string?> Path(string name, string description) => new(name) { Description = description, HelpName = "PATH" };

    private static Uri? ReadUrl(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0)
        {
            return url;
        }

        result.AddError($"--url '{text}' is no address of an extender; write one like https://nos-extender.nos-system.svc:8444.");
        return null;
    }

    private static void CheckBindWait(OptionResult result)
    {
        if (result.Tokens is [var token] && (!GoDuration.TryParse(token.Value, out var wait) || wait < ShortestBindWait || wait > LongestBindWait))
        {
            result.AddError($"--bind-wait '{token.Value}' is not between 100ms and 5m; write one like 10s.");
        }
    }

    private static int ReadWeight(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (int.TryParse(text, out var weight) && weight is >= 1 and <= 1_000_000)
        {
            return weight;
        }

        result.AddError($"--weight '{text}' is not between 1 and 1000000.");
        return default;
    }

    private static void CheckLease(OptionResult result)
    {
        if (result.Tokens is [var token] && !LeaseName().IsMatch(token.Value))
        {
            result.AddError($"--lease '{token.Value}' is no Lease; write NAMESPACE/NAME, like nos-system/nos-scheduler.");
        }
    }

    private static void CheckTls(CommandResult result, Option<Uri> url, Option<string?> ca, Option<string?> certificate, Option<string?> key)
    {
        var hasCertificate = result.GetResult(certificate) is not null;
        if (hasCertificate != result.GetResult(key) is not null)
        {
            result.AddError("--cert-file and --key-file belong together; give both or neither.");
        }
        else if ((hasCertificate || result.GetResult(ca) is not null) && result.GetResult(url)?.Errors.Any() == false && result.GetValue(url) is { Scheme: "http" })
        {
            result.AddError("--ca-file, --cert-file and --key-file need an https --url.");
        }
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]
    private static partial Regex LeaseName();
}
