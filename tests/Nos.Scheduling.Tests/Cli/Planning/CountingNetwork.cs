using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cli.Planning;

/// <summary>The way to an API server in memory, on which calls that are not reads are counted.</summary>
internal sealed class CountingNetwork(InMemoryApiServer server) : DelegatingHandler(server)
{
    internal List<string> Writes { get; } = [];

    internal int Reads { get; private set; }

    internal KubeClient CreateClient() => new(new HttpClient(this, disposeHandler: false) { BaseAddress = new Uri("http://in-memory/") });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Method == HttpMethod.Get)
        {
            Reads++;
        }
        else
        {
            Writes.Add($"{request.Method} {request.RequestUri}");
        }

        return base.SendAsync(request, cancellationToken);
    }
}
