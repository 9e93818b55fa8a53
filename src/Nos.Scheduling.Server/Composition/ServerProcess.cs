using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Cluster.Observing;
using Nos.Scheduling.Server.Embedded;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>The server as a process: connects, opens its ports, works until it is told to stop, and finishes what it has in hand.</summary>
internal static class ServerProcess
{
    /// <summary>Requests in hand get this long: a pod has 30 s in all, and the Lease is to be released in them.</summary>
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(20);

    /// <summary>What may have to be waited for after that: a write under way, the release of the Lease, the leader's label.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(9);

    internal static async Task<int> RunAsync(ServerStart start, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => logging.UseNosConsole(LevelOf(start)));
        using var embedded = start.Launch is Launch.Embedded ? new EmbeddedCluster(start.Options, TimeProvider.System, loggers) : null;
        using var connection = Connect(start.Launch);
        if (WithoutTls(start) is { } sentence)
        {
            await Console.Error.WriteLineAsync(sentence);
            return ExitCodes.Failed;
        }

        Func<WriteFence?, KubeClient> connect = embedded is null ? connection!.CreateClient : embedded.CreateServerClient;
        var identity = ServerIdentity.OfThisProcess(embedded is null ? connection!.Identity : EmbeddedCluster.ServerName);
        if (connection is not null)
        {
            // Replicas have one user name; what each of them did can be told apart by this.
            connection.UserAgent = $"nos-scheduling-server/{ProgramVersion.Of(typeof(ServerProcess).Assembly)} ({identity.Holder})";
        }

        using var server = new SchedulingServer(connect, start.Options, identity, TimeProvider.System, loggers);
        var certificates = start.Options.CertDir is { } folder
            ? new CertificateFolder(folder, TimeProvider.System, loggers.CreateLogger<CertificateFolder>())
            : null;
        _ = certificates?.Current();

        using var registry = new MetricRegistry(loggers.CreateLogger<MetricRegistry>());
        var metrics = new ServerMetrics(registry, server, start.Options, certificates, carriesAgents: embedded is not null);
        server.Extender.Bound = metrics.ObserveBind;
        var connections = new ExtenderConnections();
        server.LeadLost = () => _ = connections.CloseSoonAsync(TimeProvider.System);
        await using var app = Build(start, server, certificates, connections, registry, metrics, stop);

        // Not ended by the wish to stop: what requests in hand need goes on until they are answered. The simulated cluster sends no more of them.
        using var ending = new CancellationTokenSource();
        using var simulation = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = server.RunAsync(ending.Token);
        try
        {
            if (embedded is not null)
            {
                // Its scheduler has nobody else to ask.
                await Task.WhenAny(server.HasLed, working).WaitAsync(stop);
            }

            await app.StartAsync(stop);
            var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
            Announce(start, port, embedded);
            if (embedded is not null)
            {
                working = Task.WhenAll(working, embedded.RunAsync(port, server.State, Console.Out, registry, simulation.Token));
            }

            await working.WaitAsync(stop);
        }
        finally
        {
            // Requests in hand are answered first; the lead is handed over last.
            await app.StopAsync(CancellationToken.None);
            await simulation.CancelAsync();
            await ending.CancelAsync();
            await Task.WhenAny(working, Task.Delay(LongestEnd, CancellationToken.None));
        }

        return ExitCodes.Done;
    }

    private static WebApplication Build(
        ServerStart start, SchedulingServer server, CertificateFolder? certificates, ExtenderConnections connections, MetricRegistry registry, ServerMetrics metrics, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.UseNosConsole(LevelOf(start));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestDrain);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Ports.Open(kestrel, start, certificates, connections));
        var app = builder.Build();
        app.UsePortRoles();
        app.MapServer(server, start.Launch is Launch.Embedded, () => stop.IsCancellationRequested, metrics);
        app.MapMetrics(registry);
        return app;
    }

    private static void Announce(ServerStart start, Uri port, EmbeddedCluster? embedded)
    {
        if (start.Launch is Launch.Embedded { Asked: var asked })
        {
            Console.WriteLine(asked
                ? $"Simulated cluster, as asked for: {string.Join(", ", start.Options.EmbeddedNodes)}."
                : $"No cluster found (no --kubeconfig, $KUBECONFIG or service account): starting a simulated one: {string.Join(", ", start.Options.EmbeddedNodes)}.");
            if (start.Options.EmbeddedPods.Count is { } pods)
            {
                Console.WriteLine($"{embedded!.PlacedPods} of {pods} pods are placed.");
            }
        }

        Console.WriteLine($"Listening on {port} (metrics, health, /api/gpunodes, /api/quotas). Ctrl-C ends it.");
    }

    /// <summary>The demo tells its story itself; routine events beside it would drown it. Any other level is taken as given.</summary>
    private static LogLevel LevelOf(ServerStart start) =>
        start.Launch is Launch.Embedded && start.Options.LogLevel == LogLevel.Information ? LogLevel.Warning : start.Options.LogLevel;

    /// <summary>Why the ports that a real cluster needs cannot be opened; <see langword="null"/> where they can, or plain HTTP was asked for.</summary>
    private static string? WithoutTls(ServerStart start) =>
        start.Launch is Launch.Embedded || start.Options.CertDir is not null || start.Options.PlainHttp ? null
        : "--cert-dir is missing: name the folder with tls.crt, tls.key and ca.crt (certs/make-dev-certs.sh makes one). Keeping certificates in the Secret of --cert-secret is not built yet.";

    private static KubeConnection? Connect(Launch launch) => launch switch
    {
        Launch.Kubeconfig(var path) => KubeConfig.Open(path),
        Launch.InCluster => KubeConfig.OpenInCluster(),
        _ => null,
    };
}
