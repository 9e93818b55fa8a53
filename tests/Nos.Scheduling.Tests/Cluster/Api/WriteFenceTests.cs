using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Api;
using Nos.Scheduling.Tests.Cluster.InMemory;

namespace Nos.Scheduling.Tests.Cluster.Api;

public sealed class WriteFenceTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private readonly TestCluster cluster = new();
    private TimeSpan left = TimeSpan.FromSeconds(10);

    public void Dispose() => cluster.Dispose();

    [Theory]
    [InlineData(5.001, true)]
    [InlineData(5, false)]
    [InlineData(1, false)]
    [InlineData(0, false)]
    public async Task Lets_a_write_out_only_with_more_time_left_than_it_may_take(double seconds, bool goes)
    {
        left = TimeSpan.FromSeconds(seconds);
        using var client = cluster.Server.CreateClient("leader", new WriteFence(Timeout, () => left));

        var write = () => client.PatchAsync(KubeResources.Namespaces, null, "default", Label("a"), CancellationToken.None);

        if (goes)
        {
            await write();
        }
        else
        {
            var refused = await Assert.ThrowsAsync<KubeApiException>(write);
            Assert.Equal((KubeApiException.NotSent, true), (refused.Reason, refused.IsTransient));
            Assert.Contains("PATCH api/v1/namespaces/default", refused.Message);
        }

        var labelled = (await cluster.Client.FindAsync(KubeResources.Namespaces, null, "default", CancellationToken.None))!.Metadata.Label("test");
        Assert.Equal(goes ? "a" : null, labelled);
    }

    [Fact]
    public async Task Reads_and_watches_are_free()
    {
        left = TimeSpan.Zero;
        using var client = cluster.Server.CreateClient("leader", new WriteFence(Timeout, () => left));

        Assert.NotNull(await client.FindAsync(KubeResources.Namespaces, null, "default", CancellationToken.None));
        Assert.NotEmpty((await client.ListAsync(KubeResources.Namespaces, null, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Every_kind_of_write_is_fenced()
    {
        left = TimeSpan.Zero;
        using var client = cluster.Server.CreateClient("leader", new WriteFence(Timeout, () => left));
        await cluster.AddPodAsync("p");
        Func<Task>[] writes =
        [
            () => client.CreateAsync(KubeResources.GpuNodes, null, new() { Metadata = new() { Name = "n" } }, CancellationToken.None),
            () => client.PatchAsync(KubeResources.Pods, "default", "p", Label("a"), CancellationToken.None),
            () => client.DeleteAsync(KubeResources.Pods, "default", "p", CancellationToken.None),
            () => client.BindAsync(new() { Metadata = new() { Name = "p", Namespace = "default" }, Target = new() { Kind = "Node", Name = "n" } }, CancellationToken.None),
            () => client.EvictAsync("default", "p", "uid", CancellationToken.None),
            () => client.PostAsync("api/v1/namespaces/default/events", "{}"u8.ToArray(), CancellationToken.None),
        ];

        foreach (var write in writes)
        {
            Assert.Equal(KubeApiException.NotSent, (await Assert.ThrowsAsync<KubeApiException>(write)).Reason);
        }
    }

    [Theory]
    [InlineData(HttpProtocols.Http1)]
    [InlineData(HttpProtocols.Http2)]
    public async Task Looks_again_when_the_body_is_about_to_go_out_and_the_server_gets_none(HttpProtocols protocol)
    {
        var bodies = new List<string>();
        await using var app = await ServeAsync(protocol, async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
            await http.Response.WriteAsJsonAsync(new { metadata = new { name = "default" } });
        });
        var looks = 0;
        var suspended = false;

        // Enough at the first look; by the second the process has been away for a minute.
        using var client = Client(app, protocol, new WriteFence(Timeout, () => looks++ == 0 || !suspended ? TimeSpan.FromSeconds(10) : TimeSpan.FromSeconds(-50)));
        await client.PatchAsync(KubeResources.Namespaces, null, "default", Label("a"), CancellationToken.None);
        Assert.Equal((1, 2), (bodies.Count, looks));

        (looks, suspended) = (0, true);
        var refused = await Assert.ThrowsAsync<KubeApiException>(() => client.PatchAsync(KubeResources.Namespaces, null, "default", Label("b"), CancellationToken.None));

        Assert.Equal((KubeApiException.NotSent, 2), (refused.Reason, looks));
        await app.StopAsync();
        Assert.Single(bodies);
    }

    [Fact]
    public async Task Closes_for_good_and_waits_for_what_is_under_way()
    {
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        var scripted = new ScriptedServer((_, cancellation) => answer.Task.WaitAsync(cancellation));
        var fence = new WriteFence(Timeout, () => left);
        using var client = new KubeClient(new HttpClient(scripted) { BaseAddress = new Uri("http://scripted/") }, fence);
        var write = client.PatchAsync(KubeResources.Namespaces, null, "default", Label("a"), CancellationToken.None);

        var closing = fence.CloseAsync();
        Assert.False(closing.IsCompleted);
        Assert.Equal(KubeApiException.NotSent, (await Assert.ThrowsAsync<KubeApiException>(
            () => client.PatchAsync(KubeResources.Namespaces, null, "default", Label("b"), CancellationToken.None))).Reason);
        answer.SetResult(ScriptedServer.Json("""{"metadata":{"name":"default"}}"""));

        await write;
        await closing;
        Assert.Single(scripted.Asked);
        await fence.CloseAsync();
    }

    [Fact]
    public async Task A_write_that_hangs_ends_in_its_own_time_and_not_in_the_clients()
    {
        using var client = new KubeClient(
            new HttpClient(new ScriptedServer((_, cancellation) => new TaskCompletionSource<HttpResponseMessage>().Task.WaitAsync(cancellation))) { BaseAddress = new Uri("http://scripted/") },
            new WriteFence(TimeSpan.FromMilliseconds(50), () => left))
        { RequestTimeout = TimeSpan.FromHours(1) };

        var late = await Assert.ThrowsAsync<KubeApiException>(() => client.PatchAsync(KubeResources.Namespaces, null, "default", Label("a"), CancellationToken.None));

        Assert.Equal("Timeout", late.Reason);
    }

    private static JsonObject Label(string value) => new() { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["test"] = value } } };

    private static KubeClient Client(WebApplication app, HttpProtocols protocol, WriteFence fence) => new(
        new HttpClient
        {
            BaseAddress = new Uri(app.Urls.Single() + "/"),
            DefaultRequestVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        fence);

    private static async Task<WebApplication> ServeAsync(HttpProtocols protocol, RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = protocol));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return app;
    }
}
