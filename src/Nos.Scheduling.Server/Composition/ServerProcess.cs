using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Nos.Scheduling.Cluster.Connecting;
using Nos.Scheduling.Cluster.Flags;
using Nos.Scheduling.Server.Embedded;
using Nos.Scheduling.Server.Options;

namespace Nos.Scheduling.Server.Composition;

/// <summary>The server as a process: connects, opens its ports, works until it is told to stop, and finishes what it has in hand.</summary>
internal static class ServerProcess
{
    internal static async Task<int> RunAsync(ServerStart start, CancellationToken stop)
    {
        using var loggers = LoggerFactory.Create(logging => Logging(logging, start.Options.LogLevel));
        using var embedded = start.Launch is Launch.Embedded ? new EmbeddedCluster(start.Options, TimeProvider.System, loggers) : null;
        using var connection = Connect(start.Launch);
        using var client = embedded?.CreateServerClient() ?? connection!.CreateClient();
        var server = new SchedulingServer(client, start.Options, TimeProvider.System, loggers);
        var certificates = start.Options.CertDir is { } folder
            ? new CertificateFolder(folder, TimeProvider.System, loggers.CreateLogger<CertificateFolder>())
            : null;
        _ = certificates?.Current();

        await using var app = Build(start, server, certificates, stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var working = server.RunAsync(ending.Token);
        await app.StartAsync(stop);
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Announce(start, port, embedded);
        if (embedded is not null)
        {
            working = Task.WhenAll(working, embedded.RunAsync(port, server.State, Console.Out, ending.Token));
        }

        try
        {
            await working.WaitAsync(stop);
        }
        finally
        {
            // Requests in hand are answered first, what they need goes on until then.
            await app.StopAsync(CancellationToken.None);
            await ending.CancelAsync();
        }

        return ExitCodes.Done;
    }

    private static WebApplication Build(ServerStart start, SchedulingServer server, CertificateFolder? certificates, CancellationToken stop)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        Logging(builder.Logging, start.Options.LogLevel);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Ports.Open(kestrel, start, certificates));
        var app = builder.Build();
        app.UsePortRoles();
        app.MapServer(server, start.Launch is Launch.Embedded, () => stop.IsCancellationRequested, (_, _, _) => { });
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

        Console.WriteLine($"Listening on {port} (metrics, health, /api/gpunodes). Ctrl-C ends it.");
    }

    private static void Logging(ILoggingBuilder logging, LogLevel level) => logging
        .SetMinimumLevel(level)
        .AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff "));

    private static KubeConnection? Connect(Launch launch) => launch switch
    {
        Launch.Kubeconfig(var path) => KubeConfig.Open(path),
        Launch.InCluster => KubeConfig.OpenInCluster(),
        _ => null,
    };
}
