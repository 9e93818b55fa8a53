using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Nos.Scheduling.Cluster.Documents;
using Nos.Scheduling.Server.Http;

namespace Nos.Scheduling.Tests.Server.Http;

public sealed class JsonBodiesTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] _long = [.. Enumerable.Range(0, 300_000).Select(index => (byte)('a' + index % 26))];

    private readonly WebApplication app;
    private readonly HttpClient client = new();

    public JsonBodiesTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = JsonBodies.Largest);
        app = builder.Build();
        app.MapPost("/pods", async (HttpContext context) =>
        {
            if (await JsonBodies.ReadAsync(context, KubeJson.Default.PodDocument, pod => pod.Metadata.Name.Length == 0 ? "The pod has no name." : null) is { } pod)
            {
                await context.Response.WriteAsync(pod.Metadata.Name);
            }
        });
        app.MapPost("/long", (HttpContext context) => JsonBodies.AnswerAsync(context, "application/json", output => output.Write(_long)));
    }

    public async Task InitializeAsync()
    {
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.First());

        // An answer that comes before the body has been sent is lost otherwise when the server closes.
        client.DefaultRequestHeaders.ExpectContinue = true;
    }

    public async Task DisposeAsync() => await app.DisposeAsync();

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Reads_what_is_right_and_leaves_the_answer_to_the_endpoint()
    {
        using var answer = await PostAsync("""{"metadata":{"name":"train-0"},"unknown":[1]}""");

        Assert.Equal("train-0", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Says_how_long_its_answers_are_so_that_a_caller_who_reads_to_the_end_of_the_JSON_alone_keeps_the_connection()
    {
        using var answer = await client.PostAsync(new Uri("/long", UriKind.Relative), null);
        using var refusal = await PostAsync("banana");

        Assert.Equal(_long.Length, answer.Content.Headers.ContentLength);
        Assert.Equal(_long, await answer.Content.ReadAsByteArrayAsync());
        Assert.NotNull(refusal.Content.Headers.ContentLength);
        Assert.NotEqual(true, answer.Headers.TransferEncodingChunked);
    }

    [Theory]
    [InlineData("", "The body is not the JSON expected here")]
    [InlineData("banana", "The body is not the JSON expected here")]
    [InlineData("{\"metadata\":{\"name\":\"a\"", "The body is not the JSON expected here")]
    [InlineData("{\"metadata\":{\"name\":\"a\"}} tail", "The body is not the JSON expected here")]
    [InlineData("[]", "The body is not the JSON expected here")]
    [InlineData("{\"metadata\":{\"name\":5}}", "$.metadata.name")]
    [InlineData("null", "The body is null")]
    [InlineData("{}", "The pod has no name.")]
    public async Task Refuses_the_rest_in_one_sentence(string body, string sentence)
    {
        using var answer = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Contains(sentence, (string?)problem["detail"], StringComparison.Ordinal);
        Assert.Equal(400, (int?)problem["status"]);
    }

    [Fact]
    public async Task Takes_64_MiB_and_refuses_one_byte_more()
    {
        const string pod = """{"metadata":{"name":"big"}}""";
        var largest = pod.PadRight((int)JsonBodies.Largest);

        using var taken = await PostAsync(largest);
        using var refused = await PostAsync(largest + " ");

        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.StatusCode);
        Assert.Contains("67108864", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string body) => client.PostAsync("/pods", new StringContent(body, Encoding.UTF8, "application/json"));
}
