using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Nos.Scheduling.Cluster.Observing;

/// <summary><c>GET /metrics</c>, the same in every process.</summary>
public static class MetricsEndpoint
{
    /// <summary>Maps the path.</summary>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes, MetricRegistry metrics) =>
        routes.MapGet("/metrics", (RequestDelegate)(http =>
        {
            http.Response.ContentType = ExpositionText.ContentType;
            return metrics.WriteAsync(http.Response.BodyWriter, http.RequestAborted);
        }));
}
