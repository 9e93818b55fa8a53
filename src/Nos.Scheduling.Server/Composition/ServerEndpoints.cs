using System.Diagnostics;
using System.Text.Json;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Server.Extender;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Server.Composition;

/// <summary>Maps every path that the server answers.</summary>
internal static class ServerEndpoints
{
    /// <summary>A port answers only what it is for; anything else is not found there.</summary>
    internal static void UsePortRoles(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Features.Get<PortRole>() is { } role && !role.Serves(http.Request.Path))
        {
            return JsonBodies.RefuseAsync(http, StatusCodes.Status404NotFound, $"{http.Request.Path} is not served on this port.");
        }

        return next(http);
    });

    internal static void MapServer(this IEndpointRouteBuilder routes, SchedulingServer server, bool isSimulated, Func<bool> isStopping, ServerMetrics metrics)
    {
        routes.MapPost("/scheduler/filter", Timed("filter", server.Extender.FilterAsync, metrics.ObserveExtender));
        routes.MapPost("/scheduler/prioritize", Timed("prioritize", server.Extender.PrioritizeAsync, metrics.ObserveExtender));
        routes.MapPost("/scheduler/preempt", Timed("preempt", server.Extender.PreemptAsync, metrics.ObserveExtender));
        routes.MapPost("/scheduler/bind", Timed("bind", server.Extender.BindAsync, metrics.ObserveExtender));
        routes.MapPost("/admission/pods/mutate", Timed("pods", server.Admission.MutatePodsAsync, metrics.ObserveAdmission));
        routes.MapPost("/admission/quotas/validate", Timed("quotas", server.QuotaAdmission.ValidateAsync, metrics.ObserveAdmission));
        routes.MapGet("/healthz", (RequestDelegate)(http => http.Response.WriteAsync("ok\n")));
        routes.MapGet("/readyz", (RequestDelegate)(http => AnswerReadyAsync(http, isStopping() ? "stopping" : server.WhyNot(), server, isSimulated)));
        routes.MapGet("/api/gpunodes", (RequestDelegate)(http => AnswerGpuNodesAsync(http, server)));
        routes.MapGet("/api/quotas", (RequestDelegate)(http => AnswerQuotasAsync(http, server)));
    }

    /// <summary>Measures a verb and catches what a caller who hung up leaves behind.</summary>
    private static RequestDelegate Timed(string verb, Func<HttpContext, Task<string>> answer, Action<string, string, TimeSpan> observe) => async http =>
    {
        var began = Stopwatch.GetTimestamp();
        var result = "hung-up";
        try
        {
            result = await answer(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more; what was reserved is kept for the retry.
        }
        finally
        {
            observe(verb, result, Stopwatch.GetElapsedTime(began));
        }
    };

    /// <summary>
    /// Whether this replica is ready; with <c>?leader</c>: whether it is the one that answers the scheduler. Two leaders are told there, too: that nothing is
    /// doubled meanwhile is no reason to leave it so.
    /// </summary>
    private static Task AnswerReadyAsync(HttpContext http, string? whyNot, SchedulingServer server, bool isSimulated)
    {
        var asksForLeader = http.Request.Query.ContainsKey("leader");
        whyNot ??= asksForLeader && !server.IsLeading ? ExtenderEndpoints.NotLeading : null;
        http.Response.StatusCode = whyNot is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        var text = whyNot ?? (isSimulated ? "ok (simulated cluster)" : "ok");
        return http.Response.WriteAsync(asksForLeader && server.Rival is { } rival ? $"{text}\n{rival.Sentence}\n" : $"{text}\n");
    }

    private static async Task AnswerGpuNodesAsync(HttpContext http, SchedulingServer server)
    {
        var list = new KubeList<GpuNodeDocument>
        {
            ApiVersion = "nos.nebuly.com/v1alpha1",
            Kind = "GpuNodeList",
            Items = [.. server.State.GpuNodes().OrderBy(node => node.Metadata.Name, StringComparer.Ordinal)],
        };
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.BodyWriter, list, KubeJson.Default.KubeListGpuNodeDocument, http.RequestAborted);
    }

    private static Task AnswerQuotasAsync(HttpContext http, SchedulingServer server)
    {
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(QuotaListing.Of(server.ShowQuotas()).ToJsonString(), http.RequestAborted);
    }
}
