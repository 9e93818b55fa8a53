using System.Net;
using System.Text;
using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.Api;

/// <summary>An API server that answers what the test says; it remembers what it was asked.</summary>
internal sealed class ScriptedServer(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    private readonly List<(HttpMethod Method, string Path, string Body)> asked = [];

    public ScriptedServer(Func<HttpRequestMessage, HttpResponseMessage> answer)
        : this((request, _) => Task.FromResult(answer(request)))
    {
    }

    public IReadOnlyList<(HttpMethod Method, string Path, string Body)> Asked
    {
        get
        {
            lock (asked)
            {
                return [.. asked];
            }
        }
    }

    public KubeClient Client(TimeSpan? timeout = null) =>
        new(new HttpClient(this) { BaseAddress = new Uri("http://scripted/") }) { RequestTimeout = timeout ?? TimeSpan.FromSeconds(30) };

    public static HttpResponseMessage Json(string json, int status = 200) =>
        new((HttpStatusCode)status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    public static HttpResponseMessage Stream(Stream body) => new(HttpStatusCode.OK) { Content = new StreamContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        lock (asked)
        {
            asked.Add((request.Method, request.RequestUri!.PathAndQuery, body));
        }

        return await answer(request, cancellationToken);
    }
}
