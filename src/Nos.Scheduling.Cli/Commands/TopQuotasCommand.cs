using System.CommandLine;
using Nos.Scheduling.Cli.Quotas;
using Nos.Scheduling.Cli.Rendering;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Cli.Commands;

/// <summary><c>top quotas</c>: shows what quotas guarantee, and who uses, lends and borrows how much of it.</summary>
internal static class TopQuotasCommand
{
    private const string About = """
        Shows what quotas guarantee and who uses how much of it, computed from quotas and pods as the server does. Sorted by the quota's namespace and
        name, a composite before an ElasticQuota of the same name, then by resource.

        MIN       what is guaranteed; - where min does not name the resource.
        MAX       what the quota may have at most; - where it has no limit.
        USED      what its pods ask for that are Running.
        ASSIGNED  what its pods ask for that are bound and have not ended. Decisions go by it, and by what is kept for pods on their way.
        BORROWED  what of that is above MIN.
        LENT      what of its idle MIN others borrow. Idle is MIN - ASSIGNED, 0 at least; of the smaller of all that is idle and all that is borrowed,
                  each lends in proportion to its idle, rounded down.
        FAIR      what it has by right beyond MIN: of all that is idle, in proportion to MIN, rounded down.
        BAR       # assigned within MIN, = of MIN lent, . of MIN idle, | is MIN, + assigned above it. It ends at MAX with ], with > where there is no MAX,
                  with ! where more is assigned than MAX.
        """;

    internal static Command Create()
    {
        var cluster = new ClusterOptions();
        var ns = new Option<string?>("--namespace", "-n") { Description = "Only quotas that lie in that namespace or are over it.", HelpName = "NAMESPACE" };
        var all = new Option<bool>("--all-namespaces", "-A") { Description = "All quotas, which is the default." };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, and show them again whenever something changes." };
        var gpuMemory = GpuMemoryOption.Create();
        var output = OutputFormat.Option();
        var command = new Command("quotas", About) { ns, all, watch, gpuMemory, output };
        cluster.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(all) && result.GetResult(ns) is not null)
            {
                result.AddError("--namespace and --all-namespaces contradict each other.");
            }
        });
        command.SetAction(async (parsed, cancellation) =>
        {
            var request = new TopQuotasRequest(parsed.GetValue(ns), parsed.GetRequiredValue(output), parsed.GetValue(gpuMemory));
            using var connection = cluster.Open(parsed);
            using var client = connection.CreateClient();
            try
            {
                await (parsed.GetValue(watch)
                    ? QuotaWatch.RunAsync(client, request, parsed.InvocationConfiguration, TimeProvider.System, cancellation)
                    : ShowAsync(client, request, parsed.InvocationConfiguration, cancellation)).ConfigureAwait(false);
            }
            catch (KubeApiException refused)
            {
                throw new CommandFailedException($"the cluster at {connection.Server.AbsoluteUri.TrimEnd('/')} could not be read: {refused.Message}", refused);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>Reads quotas and pods once and shows them.</summary>
    /// <exception cref="CommandFailedException">The cluster knows no quotas.</exception>
    /// <exception cref="KubeApiException">It refused.</exception>
    internal static async Task ShowAsync(KubeClient client, TopQuotasRequest request, InvocationConfiguration streams, CancellationToken cancellation)
    {
        var quotas = QuotaObjects.ReadAsync(client, cancellation);
        var pods = client.ListAsync(KubeResources.Pods, null, cancellation, fieldSelector: QuotaObjects.BoundPods);
        await Task.WhenAll(quotas, pods).ConfigureAwait(false);
        var state = new ClusterState(TimeProvider.System, request.GpuMemoryPerGpu);
        state.Apply(new InformerEvent<Cluster.Documents.PodDocument>(true, (await pods.ConfigureAwait(false)).Items, []));
        request.Show(QuotaViews.Of(await quotas.ConfigureAwait(false), state), streams);
    }
}
