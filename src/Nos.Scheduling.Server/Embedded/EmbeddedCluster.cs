using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.InMemory;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Embedded;

/// <summary>
/// A cluster without a cluster: an API server in memory, simulated GPU nodes and agents, a small loop that plays kube-scheduler, and users. The server
/// works on it as on a real one; scheduler and webhook calls go over HTTP through the production endpoints.
/// </summary>
internal sealed class EmbeddedCluster : IDisposable
{
    /// <summary>The server's user name.</summary>
    internal const string ServerName = "nos-server";

    private readonly InMemoryApiServer api;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly ServerOptions options;
    private readonly TimeProvider time;
    private readonly ILoggerFactory loggers;

    /// <summary>Populated at once; nothing runs before <see cref="RunAsync"/>.</summary>
    internal EmbeddedCluster(ServerOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        (this.options, this.time, this.loggers) = (options, time, loggers);
        api = new InMemoryApiServer(time);
        foreach (var ns in new[] { options.Namespace, "team-a", "team-b" }.Distinct())
        {
            api.Seed("api/v1/namespaces", EmbeddedObjects.Namespace(ns));
        }

        foreach (var node in EmbeddedObjects.Nodes(options.EmbeddedNodes))
        {
            api.Seed("api/v1/nodes", node);
        }

        PlacedPods = options.EmbeddedPods.Count is { } pods ? EmbeddedPopulation.Seed(api, options.EmbeddedNodes, pods, time.GetUtcNow()) : 0;
    }

    /// <summary>How many pods were placed before the start; fewer than asked for where they do not fit.</summary>
    internal int PlacedPods { get; }

    /// <summary>A client as the server itself uses it.</summary>
    internal KubeClient CreateServerClient(WriteFence? fence) => api.CreateClient(ServerName, fence);

    /// <summary>Runs agents, scheduler, kubelet and users until cancelled.</summary>
    /// <param name="port">The plain port, open already.</param>
    /// <param name="state">What the server knows, for the lines that are told.</param>
    /// <param name="output">Where they are told.</param>
    /// <param name="metrics">Where the agents count, too.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task RunAsync(Uri port, ClusterState state, TextWriter output, MetricRegistry metrics, CancellationToken cancellation)
    {
        http.BaseAddress = port;
        api.Add(InMemoryWebhook.Over("pods", failsClosed: false, http, () => new Uri(port, "admission/pods/mutate")));
        foreach (var kind in (string[])[KubeResources.ElasticQuotas.Plural, KubeResources.CompositeElasticQuotas.Plural])
        {
            api.Add(InMemoryWebhook.Over(kind, failsClosed: true, http, () => new Uri(port, "admission/quotas/validate")));
        }

        var agentOptions = new AgentOptions
        {
            SimulateNodes = new NodeLabel(EmbeddedObjects.SimulatedLabel, "true"),
            Namespace = options.Namespace,
        };
        using var agents = new SimulatedAgents(api.CreateClient("nos-agent"), agentOptions, time, loggers, metrics);
        using var client = api.CreateClient("system:kube-scheduler");
        using var user = api.CreateClient("demo-user");
        List<Task> running =
        [
            agents.RunAsync(cancellation),
            new EmbeddedScheduler(client, http, loggers.CreateLogger<EmbeddedScheduler>(), time).RunAsync(cancellation),
            new EmbeddedKubelet(client, loggers.CreateLogger<EmbeddedKubelet>(), time).RunAsync(cancellation),
        ];
        if (options.EmbeddedPods.IsDemo)
        {
            running.Add(new Narrator(client, state, output, loggers.CreateLogger<Narrator>(), time).RunAsync(cancellation));
            running.Add(new DemoPods(user, loggers.CreateLogger<DemoPods>(), time).RunAsync(cancellation));
        }

        await Task.WhenAll(running);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        api.Dispose();
    }
}
