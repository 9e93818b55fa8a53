using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Agent.Nvml;

/// <summary>The API server in memory behind a real port, so that an agent in a process of its own can reach it.</summary>
internal sealed class ServedApi : IAsyncDisposable
{
    private readonly InMemoryApiServer server = new(TimeProvider.System);
    private readonly HttpClient through;
    private readonly WebApplication app;

    private ServedApi()
    {
        through = server.CreateHttpClient("agent");
        Client = server.CreateClient("tester");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        app = builder.Build();
        app.Run(ForwardAsync);
    }

    public KubeClient Client { get; }

    public string Url => app.Urls.Single();

    public static async Task<ServedApi> StartAsync(string mode = "mig")
    {
        var api = new ServedApi();
        await api.app.StartAsync();
        api.Seed("api/v1/namespaces", """{"metadata":{"name":"nos-system"}}""");
        api.Seed("api/v1/nodes", $$$"""{"metadata":{"name":"node-1","labels":{"nos.nebuly.com/gpu-partitioning":"{{{mode}}}"} } }""");
        api.Seed("apis/nos.nebuly.com/v1alpha1/gpunodes", $$$"""{"metadata":{"name":"node-1"},"spec":{"mode":"{{{mode.ToUpperInvariant()}}}"} }""");
        return api;
    }

    public Task CutAsync(params string[] gpus) => Client.PatchAsync(
        KubeResources.GpuNodes,
        null,
        "node-1",
        new JsonObject { ["spec"] = new JsonObject { ["gpus"] = JsonSerializer.SerializeToNode(Slices.Spec(gpus).Gpus, KubeJson.Default.GpuSpecArray) } },
        default);

    /// <summary>Writes the spec anew in another mode.</summary>
    public Task ChangeAsync(string mode, params string[] gpus) => Client.PatchAsync(
        KubeResources.GpuNodes,
        null,
        "node-1",
        new JsonObject { ["spec"] = new JsonObject { ["mode"] = mode, ["gpus"] = JsonSerializer.SerializeToNode(Slices.Spec(gpus).Gpus, KubeJson.Default.GpuSpecArray) } },
        default);

    public void AddPod(string name, string resource, string promise) => Seed("api/v1/namespaces/default/pods", $$$"""
        {"metadata":{"name":"{{{name}}}","annotations":{"nos.nebuly.com/slices":"{{{promise}}}"}},
         "spec":{"nodeName":"node-1","containers":[{"name":"main","image":"i","resources":{"limits":{"{{{resource}}}":"1"} } }]},"status":{"phase":"Running"}}
        """);

    /// <summary>Sets the label that makes the node ours, or takes it off.</summary>
    public Task LabelAsync(string? mode) => Client.PatchAsync(
        KubeResources.Nodes, null, "node-1", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["nos.nebuly.com/gpu-partitioning"] = mode } } }, default);

    public Task DeleteGpuNodeAsync() => Client.DeleteAsync(KubeResources.GpuNodes, null, "node-1", default);

    /// <summary>As NVIDIA's DRA driver on the node does.</summary>
    public void AddResourceSlice(string driver) => Seed("apis/resource.k8s.io/v1/resourceslices", $$$"""
        {"metadata":{"name":"node-1-{{{driver}}}"},"spec":{"driver":"{{{driver}}}","nodeName":"node-1","pool":{"name":"node-1"},"devices":[{"name":"gpu-0"}]}}
        """);

    public Task DeletePodAsync(string name) => Client.DeleteAsync(KubeResources.Pods, "default", name, default, gracePeriodSeconds: 0);

    public async Task<GpuNodeStatus> StatusAsync() => (await Client.FindAsync(KubeResources.GpuNodes, null, "node-1", default))?.Status ?? new GpuNodeStatus();

    /// <summary>Waits until the report shows the slices so: <c>0-1g.10gb-3 Used default/x/main</c>, apart by commas.</summary>
    public async Task<GpuNodeStatus> ShowsAsync(string slices, Func<string> more)
    {
        await Eventually.Async(async () => Text(await StatusAsync()) is var shown && shown == slices ? "" : $"wanted: {slices}; shown: {shown}; {more()}");
        return await StatusAsync();
    }

    /// <summary>Waits for that reason of the condition Ready.</summary>
    public Task ReadyAsync(string reason, Func<string> more) => Eventually.Async(async () =>
        Array.Find((await StatusAsync()).Conditions, condition => condition.Type == "Ready") is { } ready && ready.Reason == reason ? "" : $"{reason} never came; {more()}");

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Client.Dispose();
        through.Dispose();
        server.Dispose();
    }

    private static string Text(GpuNodeStatus status) => string.Join(", ", status.Gpus.SelectMany(gpu => gpu.Slices).Select(slice => $"{slice.Id} {slice.State} {slice.Pod}".Trim()));

    private void Seed(string path, string json) => server.Seed(path, Encoding.UTF8.GetBytes(json));

    private async Task ForwardAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"http://in-memory{http.Request.Path}{http.Request.QueryString}");
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        }

        try
        {
            using var response = await through.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
            http.Response.StatusCode = (int)response.StatusCode;
            http.Response.ContentType = response.Content.Headers.ContentType?.ToString();

            // Of a watch of something quiet the headers are all that comes.
            await http.Response.Body.FlushAsync(http.RequestAborted);

            // A watch is never over: what comes must go on at once.
            await using var stream = await response.Content.ReadAsStreamAsync(http.RequestAborted);
            var buffer = new byte[64 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, http.RequestAborted)) > 0;)
            {
                await http.Response.Body.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The agent hung up, or was killed.
        }
    }
}
