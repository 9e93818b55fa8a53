using Nos.Scheduling.Agent.Mps;
using Nos.Scheduling.Agent.Nvml;
using Nos.Scheduling.Agent.Options;
using Nos.Scheduling.Agent.Serving;
using Nos.Scheduling.Agent.Simulation;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Agent;

/// <summary>The agent as a process: connects, opens its port, plays its nodes until it is told to stop, and says goodbye for each.</summary>
internal static class AgentProcess
{
    private const int MostNodesInDetail = 1000;

    internal static async Task<int> RunAsync(AgentStart start, CancellationToken stop)
    {
        if (start.Options.Verb == AgentVerb.Probe)
        {
            return NvmlProbe.Run(Console.Out, Console.Error) ? ExitCodes.Done : ExitCodes.Failed;
        }

        if (WhyNot(start.Options) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return ExitCodes.Failed;
        }

        using var loggers = LoggerFactory.Create(logging => logging.UseNosConsole(start.Options.LogLevel));
        if (start.Options.Verb == AgentVerb.Mps)
        {
            var program = new MpsProgram(MpsProgram.NvidiaName, TimeProvider.System);
            await new MpsSupervisor(start.Options.MpsRoot, program, new MpsPace(), TimeProvider.System, loggers.CreateLogger<MpsSupervisor>()).RunAsync(stop);
            return ExitCodes.Done;
        }

        using var metrics = new MetricRegistry(loggers.CreateLogger<MetricRegistry>());
        using var connection = start.Access is ClusterAccess.Kubeconfig(var path) ? KubeConfig.Open(path) : KubeConfig.OpenInCluster();
        using var client = connection.CreateClient();
        using IAgents agents = start.Options.Driver == AgentDriver.Simulated
            ? new SimulatedAgents(client, start.Options, TimeProvider.System, loggers, metrics)
            : new ServedNode(client, start.Options, TimeProvider.System, loggers, metrics);
        Collect(metrics, agents);
        await using var app = Build(start.Options, agents, metrics, stop);
        await app.StartAsync(stop);

        var isDone = await agents.RunAsync(stop);

        await app.StopAsync(CancellationToken.None);
        return isDone ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What this build cannot do, in a sentence; <see langword="null"/> where it can do what is asked.</summary>
    private static string? WhyNot(AgentOptions options) =>
        options.Verb == AgentVerb.Mps ? null
        : options.Driver == AgentDriver.Simulated && options.SimulateNodes is null ? "--driver simulated needs --simulate-nodes LABEL=VALUE: the label of the nodes to play."
        : null;

    private static WebApplication Build(AgentOptions options, IAgents agents, MetricRegistry metrics, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.UseNosConsole(options.LogLevel);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Listen.Endpoint));
        var app = builder.Build();
        app.MapGet("/healthz", (RequestDelegate)(http => http.Response.WriteAsync("ok\n")));
        app.MapGet("/readyz", (RequestDelegate)(http => AnswerReadyAsync(http, agents.Synced.IsCompletedSuccessfully && !stop.IsCancellationRequested)));
        app.MapMetrics(metrics);
        return app;
    }

    /// <summary>An agent tells each GPU; only one that plays a thousand nodes tells nodes.</summary>
    private static void Collect(MetricRegistry metrics, IAgents agents)
    {
        metrics.CollectSlices(() => agents.GpuNodes, nodes => nodes <= MostNodesInDetail);
        metrics.CollectSliceInfo(() => agents.GpuNodes);
        metrics.Collect(NosMetrics.WatchRestarts, sink =>
        {
            foreach (var (kind, restarts) in agents.WatchRestarts)
            {
                sink.Add(restarts, kind);
            }
        });
    }

    private static Task AnswerReadyAsync(HttpContext http, bool isReady)
    {
        http.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return http.Response.WriteAsync(isReady ? "ok\n" : "not ready\n");
    }
}
