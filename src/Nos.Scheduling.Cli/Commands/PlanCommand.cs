using System.CommandLine;
using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cli.Simulation.Csv;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Requests;
using Nos.Scheduling.Nodes;
using Nos.Scheduling.Planning;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>plan</c>: tells what would happen to pods on a cluster now. Changes nothing.</summary>
internal static class PlanCommand
{
    internal static Command Create()
    {
        var cluster = new ClusterOptions();
        var files = new Option<string[]>("--filename", "-f") { Description = "Files of pods, or of what makes pods; - for standard input.", HelpName = "FILE", Required = true };
        var ns = new Option<string?>("--namespace", "-n") { Description = "The namespace of pods that name none; without it the context's.", HelpName = "NAMESPACE" };
        var policy = PolicyOption.Create();
        var mode = Choices.Create("--default-mode", "The server's --default-mode.", "auto", "mig", "mps");
        var uid = new Option<long>("--mps-uid") { Description = "The server's --mps-uid.", HelpName = "NUMBER", DefaultValueFactory = _ => 1000 };
        var home = new Option<string>("--nos-namespace") { Description = "The namespace of the server and the agents.", HelpName = "NAMESPACE", DefaultValueFactory = _ => "nos-system" };
        var output = OutputFormat.Option();
        var command = new Command("plan", "Tells where pods would go on the cluster now, what would be cut, and why a pod stays out. Changes nothing.")
        {
            files, ns, policy, mode, uid, home, output,
        };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var documents = (parsed.GetValue(files) ?? []).SelectMany(file => Read(file, Console.In)).ToList();
            using var connection = cluster.Open(parsed);
            using var client = connection.CreateClient();
            PartitioningMode? defaultMode = parsed.GetValue(mode) switch { "mig" => PartitioningMode.Mig, "mps" => PartitioningMode.Mps, _ => null };
            var settings = new AdmissionSettings("", defaultMode, parsed.GetValue(uid), null, parsed.GetRequiredValue(home));
            var request = new PlanRequest(documents, parsed.GetValue(ns), connection.Namespace ?? "default", PolicyOption.Read(parsed.GetValue(policy)), settings, parsed.GetRequiredValue(output));
            try
            {
                return await RunAsync(client, request, parsed.InvocationConfiguration, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
            catch (KubeApiException refused)
            {
                throw new CommandFailedException($"the cluster at {connection.Server.AbsoluteUri.TrimEnd('/')} could not be read: {refused.Message}", refused);
            }
        });
        return command;
    }

    /// <summary>Reads the cluster, plans, and tells.</summary>
    /// <returns>0 where every pod would get a place, 1 where one stays out.</returns>
    /// <exception cref="BadInputException">The documents are not what they must be, or name no pod.</exception>
    internal static async Task<int> RunAsync(KubeClient client, PlanRequest request, InvocationConfiguration streams, TimeProvider time, CancellationToken cancellation)
    {
        var (sources, skipped) = PodSources.Of(request.Documents);
        var targets = Targets(sources, request);
        if (sources.Count == 0)
        {
            throw new BadInputException($"there is no pod in {string.Join(", ", request.Documents.Select(document => document.File).Distinct().DefaultIfEmpty("the file"))}; write Pods, Deployments, ReplicaSets, StatefulSets or Jobs.");
        }

        var cluster = await ClusterReading.ReadAsync(client, request.Settings.Namespace, time, cancellation).ConfigureAwait(false);
        var admission = new LocalAdmission(cluster, request.Settings);
        var candidates = targets.SelectMany(target => admission.Admit(target.Source, target.Namespace)).ToList();
        foreach (var remark in Remarks(cluster, skipped, candidates, targets.Select(target => target.Namespace)))
        {
            await streams.Error.WriteLineAsync(remark).ConfigureAwait(false);
        }

        var pods = candidates.OfType<CandidatePod.LetIn>().Select(pod => pod.Pod.ToPending()).DistinctBy(pod => pod.Uid).ToList();
        var plan = PartitioningPlanner.Plan(cluster.State.Current, pods, request.Policy);
        var view = PlanViews.Of(cluster.State.Current, plan, candidates.OfType<CandidatePod.Refused>(), uid => cluster.State.FindPod(uid)?.Key);
        if (request.Format == "table")
        {
            PlanText.Write(view, cluster.Waiting, streams.Output);
        }
        else
        {
            OutputFormat.Write(request.Format, PlanDocument.Of(view, cluster.Waiting), streams.Output);
        }

        return view.StayingOut.Any() ? ExitCodes.Failed : ExitCodes.Done;
    }

    /// <summary>Which pods go to which namespace; two of one name could not both be there.</summary>
    private static List<(PodSource Source, string Namespace)> Targets(IReadOnlyList<PodSource> sources, PlanRequest request)
    {
        var targets = sources.Select(source => (Source: source, Namespace: request.NamespaceOf(source))).ToList();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (source, ns) in targets)
        {
            if (source.PodNames.FirstOrDefault(name => !keys.Add($"{ns}/{name}")) is { } again)
            {
                throw source.Document.Wrong("metadata.name", $"pod {ns}/{again} is there already; give one of them another name.");
            }
        }

        return targets;
    }

    private static IReadOnlyList<InputDocument> Read(string file, TextReader input)
    {
        try
        {
            return file == "-" ? InputDocuments.Read("standard input", input.ReadToEnd()) : InputDocuments.Read(file, File.ReadAllText(file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file} cannot be read: {failure.Message}", failure);
        }
    }

    private static IEnumerable<string> Remarks(ClusterReading cluster, IReadOnlyList<string> skipped, IReadOnlyList<CandidatePod> candidates, IEnumerable<string> namespaces)
    {
        foreach (var remark in cluster.Remarks)
        {
            yield return remark;
        }

        if (skipped.Count > 0)
        {
            yield return $"Left out, as they make no pods or nobody knows how many: {string.Join(", ", skipped)}.";
        }

        foreach (var ns in namespaces.Distinct(StringComparer.Ordinal).Where(ns => cluster.State.FindNamespace(ns) is null))
        {
            yield return $"Namespace {ns} does not exist yet; it counts as one without labels and annotations.";
        }

        foreach (var like in candidates.OfType<CandidatePod.LetIn>().SelectMany(pod => pod.Warnings.Select(warning => (pod.Key, warning))).GroupBy(one => one.warning, one => one.Key))
        {
            yield return $"Warning for {like.First()}{(like.Count() > 1 ? $" and {like.Count() - 1} more" : "")}: {like.Key}";
        }
    }
}
