using System.CommandLine;
using Nos.Scheduling.Cli.Explaining;
using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Reclaiming;
using Nos.Scheduling.Cluster.Requests;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>explain pod</c>: tells why a pod waits, by which rule and who has what it wants; or where a bound one stands in its quota.</summary>
internal static class ExplainPodCommand
{
    internal static Command Create()
    {
        var cluster = new ClusterOptions();
        var pod = new Argument<string>("pod") { Description = "NAMESPACE/NAME, or NAME alone." };
        var ns = new Option<string?>("--namespace", "-n") { Description = "The pod's namespace where its name says none; without it the context's.", HelpName = "NAMESPACE" };
        var gpuMemory = GpuMemoryOption.Create();
        var unquoted = new Option<bool>("--reclaim-unquoted") { Description = "The server's --reclaim-unquoted." };
        var home = new Option<string>("--nos-namespace") { Description = "The namespace of the server and the agents.", HelpName = "NAMESPACE", DefaultValueFactory = _ => "nos-system" };
        var output = OutputFormat.Option();
        var command = new Command("pod", "Tells why a pod waits for quota or room, who borrows what it wants, and where a bound one stands in its quota. Changes nothing.")
        {
            pod, ns, gpuMemory, unquoted, home, output,
        };
        cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (PodName.Fault(result.GetValue(pod) ?? "", result.GetValue(ns)) is { } fault)
            {
                result.AddError(fault);
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            using var connection = cluster.Open(parsed);
            using var client = connection.CreateClient();
            var name = PodName.Of(parsed.GetRequiredValue(pod), parsed.GetValue(ns) ?? connection.Namespace ?? "default");
            var request = new ExplainPodRequest(name, parsed.GetRequiredValue(output), parsed.GetRequiredValue(home), parsed.GetValue(gpuMemory), parsed.GetValue(unquoted));
            try
            {
                await RunAsync(client, request, parsed.InvocationConfiguration, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
            catch (KubeApiException refused)
            {
                throw new CommandFailedException($"the cluster at {connection.Server.AbsoluteUri.TrimEnd('/')} could not be read: {refused.Message}", refused);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Reads the cluster and tells.</summary>
    /// <exception cref="CommandFailedException">There is no such pod, or the cluster does not know our kinds.</exception>
    /// <exception cref="KubeApiException">It refused.</exception>
    internal static async Task RunAsync(KubeClient client, ExplainPodRequest request, InvocationConfiguration streams, TimeProvider time, CancellationToken cancellation)
    {
        var reading = ClusterReading.ReadAsync(client, request.Home, time, cancellation, request.GpuMemoryPerGpu);
        var quotas = QuotaObjects.ReadAsync(client, cancellation);
        var budgets = BudgetReading.ReadAsync(client, cancellation);
        await Task.WhenAll(reading, quotas, budgets).ConfigureAwait(false);
        var (state, known) = ((await reading.ConfigureAwait(false)).State, await quotas.ConfigureAwait(false));
        state.Apply(new InformerEvent<ElasticQuotaDocument>(true, known.OfOne, []));
        state.Apply(new InformerEvent<CompositeElasticQuotaDocument>(true, known.OfSeveral, []));

        // A leader goes by the claims that it made or took over; here what pods say has to do.
        foreach (var claiming in state.Waiting().Where(pod => pod.Claim is { } claim && claim.Until > time.GetUtcNow()))
        {
            state.SetClaim(claiming.Uid, claiming.Claim);
        }

        var pod = state.Pods().FirstOrDefault(pod => pod.Namespace == request.Pod.Namespace && pod.Name == request.Pod.Name)
            ?? throw new CommandFailedException($"there is no pod {request.Pod} that has not ended; see which there are: kubectl get pods -n {request.Pod.Namespace}");
        var (allowed, remark) = await budgets.ConfigureAwait(false);
        foreach (var missing in (await reading.ConfigureAwait(false)).Remarks.Append(remark).OfType<string>())
        {
            await streams.Error.WriteLineAsync(missing).ConfigureAwait(false);
        }

        var admission = new AdmissionSettings("", null, 0, null, request.Home);
        var scene = new ReclaimScenes(state, ns => PodAdmission.IsSystem(ns, state.FindNamespace(ns), admission), request.ReclaimsUnquoted, time)
            .Gather(allowed, pod.Uid, evicted: []);
        var explanation = PodExplanations.Of(state, known, pod, scene);
        if (request.Format == "table")
        {
            ExplanationText.Write(explanation, Terminal.On(streams.Output).Profile.Width, streams.Output);
        }
        else
        {
            OutputFormat.Write(request.Format, ExplanationDocument.Of(explanation), streams.Output);
        }
    }
}
