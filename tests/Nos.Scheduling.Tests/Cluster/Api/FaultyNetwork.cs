using Nos.Scheduling.Cluster.Api;

namespace Nos.Scheduling.Tests.Cluster.Api;

/// <summary>A network between a client and a server that can be down, and whose open connections can be cut.</summary>
internal sealed class FaultyNetwork(HttpMessageHandler server) : HttpMessageHandler
{
    private readonly HttpMessageInvoker server = new(server, disposeHandler: false);
    private volatile TaskCompletionSource cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool isDown;

    /// <summary>Whether new connections are refused.</summary>
    public bool IsDown
    {
        get => isDown;
        set => isDown = value;
    }

    public KubeClient Client() => new(new HttpClient(this, disposeHandler: false) { BaseAddress = new Uri("http://in-memory/") });

    /// <summary>Breaks all bodies that are being read.</summary>
    public void Cut() => Interlocked.Exchange(ref cut, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (isDown)
        {
            throw new HttpRequestException("connection refused");
        }

        var broken = cut.Task;
        var response = await server.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        response.Content = new StreamContent(new CuttableStream(body, broken));
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        server.Dispose();
        base.Dispose(disposing);
    }

    private sealed class CuttableStream(Stream body, Task cut) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var read = body.ReadAsync(buffer, end.Token).AsTask();
            if (await Task.WhenAny(read, cut) != read)
            {
                await end.CancelAsync();
                await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new IOException("the connection was reset");
            }

            return await read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
