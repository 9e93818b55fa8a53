using System.Net;
using System.Text;

namespace Nos.Scheduling.Tests.Cluster.Leading;

/// <summary>A network that can keep the next request, or its answer, until it is told to deliver it: also long after the sender gave up.</summary>
internal sealed class HoldingNetwork(HttpMessageHandler server) : HttpMessageHandler
{
    private readonly HttpMessageInvoker server = new(server, disposeHandler: false);
    private readonly List<Held> held = [];

    internal enum Fault
    {
        None,
        Refuse,
        Conflict,
        HoldRequest,
        HoldAnswer,
    }

    /// <summary>What happens to the next write; reads pass.</summary>
    public Fault Next { get; set; }

    /// <summary>Whether nothing passes, reads included.</summary>
    public bool IsDown { get; set; }

    /// <summary>What is kept back.</summary>
    public int HeldCount => held.Count;

    /// <summary>Delivers one of what is kept back; to whom has given up, in vain.</summary>
    public async Task DeliverAsync(int index)
    {
        var delivered = held[index];
        held.RemoveAt(index);
        await delivered.DeliverAsync();
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new HttpRequestException("no route to host");
        }

        if (request.Method == HttpMethod.Get)
        {
            return await server.SendAsync(request, cancellationToken);
        }

        var fault = Next;
        Next = Fault.None;
        switch (fault)
        {
            case Fault.Refuse:
                throw new HttpRequestException("connection refused");
            case Fault.Conflict:
                return new HttpResponseMessage(HttpStatusCode.Conflict)
                {
                    Content = new StringContent("""{"kind":"Status","status":"Failure","reason":"Conflict","code":409,"message":"changed meanwhile"}"""),
                };
            case Fault.HoldRequest:
            case Fault.HoldAnswer:
                var copy = await CopyAsync(request);
                var answer = fault == Fault.HoldAnswer ? await server.SendAsync(copy, CancellationToken.None) : null;
                var kept = new Held(() => answer is not null ? Task.FromResult(answer) : server.SendAsync(copy, CancellationToken.None));
                held.Add(kept);
                return await kept.Answer.WaitAsync(cancellationToken);
            default:
                return await server.SendAsync(request, cancellationToken);
        }
    }

    protected override void Dispose(bool disposing)
    {
        server.Dispose();
        base.Dispose(disposing);
    }

    private static async Task<HttpRequestMessage> CopyAsync(HttpRequestMessage request) => new(request.Method, request.RequestUri)
    {
        Content = new StringContent(await request.Content!.ReadAsStringAsync(), Encoding.UTF8, request.Content.Headers.ContentType!.MediaType!),
    };

    private sealed class Held(Func<Task<HttpResponseMessage>> send)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> answer = new();

        public Task<HttpResponseMessage> Answer => answer.Task;

        public async Task DeliverAsync() => answer.SetResult(await send());
    }
}
