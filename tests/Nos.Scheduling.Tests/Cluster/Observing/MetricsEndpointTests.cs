using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nos.Scheduling.Cluster.Observing;

namespace Nos.Scheduling.Tests.Cluster.Observing;

public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task Answers_many_series_whole_and_as_text()
    {
        const int nodes = 20_000;
        using var metrics = new MetricRegistry(NullLogger<MetricRegistry>.Instance);
        metrics.Collect(NosMetrics.FragmentationRatio, sink =>
        {
            for (var node = 0; node < nodes; node++)
            {
                sink.Add(0.25, $"node-{node}");
            }
        });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapMetrics(metrics);
        await app.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"{app.Urls.Single()}/metrics"));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(nodes, Exposition.Parse(await answer.Content.ReadAsStringAsync()).Label("nos_fragmentation_ratio", "node").Distinct().Count());
    }
}
