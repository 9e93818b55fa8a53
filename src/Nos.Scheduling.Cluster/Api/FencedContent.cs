using System.Net;

namespace Nos.Scheduling.Cluster.Api;

/// <summary>The body of a write that looks at the fence once more when it is about to go out: connection and queue lie behind it then.</summary>
internal sealed class FencedContent : HttpContent
{
    private readonly HttpContent body;
    private readonly WriteFence fence;
    private readonly string asked;

    internal FencedContent(HttpContent body, WriteFence fence, string asked)
    {
        (this.body, this.fence, this.asked) = (body, fence, asked);
        Headers.ContentType = body.Headers.ContentType;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        fence.Demand(asked);
        return body.CopyToAsync(stream, context, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = body.Headers.ContentLength ?? -1;
        return length >= 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
