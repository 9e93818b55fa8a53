namespace Nos.Scheduling.Cluster.Api;

/// <summary>
/// Lets a client's writes out only while there is more time left to write than a write may take; whatever comes later is refused here and never
/// reaches the server. Reads are free. Everything but a GET counts as a write.
/// </summary>
/// <remarks>
/// Asked twice: before a connection is looked for, and again when the body is about to go out, since in between a connection may have had to be made
/// or the whole process may have been suspended. A write whose body does not go out is none: every write here has one. What remains is the time
/// between that second look and the kernel; no client can close it.
/// </remarks>
/// <param name="timeout">How long each write may take, from the sending to the last byte of the answer.</param>
/// <param name="left">How much time is left to write; zero or less: none.</param>
public sealed class WriteFence(TimeSpan timeout, Func<TimeSpan> left)
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int underWay;
    private bool isClosed;

    /// <summary>How long each write may take.</summary>
    public TimeSpan Timeout => timeout;

    /// <summary>Lets no further write out, for good, and waits until those under way have ended: each within <see cref="Timeout"/>.</summary>
    public Task CloseAsync()
    {
        lock (gate)
        {
            isClosed = true;
            if (underWay == 0)
            {
                ended.TrySetResult();
            }
        }

        return ended.Task;
    }

    /// <summary>Lets one write begin.</summary>
    /// <param name="asked">What is to be written, such as <c>PATCH api/v1/nodes/a</c>.</param>
    /// <returns>To be disposed when the write has ended, however it ended.</returns>
    /// <exception cref="KubeApiException">Status 0, reason <see cref="KubeApiException.NotSent"/>.</exception>
    internal IDisposable Enter(string asked)
    {
        lock (gate)
        {
            Demand(asked);
            underWay++;
            return new Passage(this);
        }
    }

    /// <summary>Refuses unless a write may be sent now.</summary>
    /// <exception cref="KubeApiException">Status 0, reason <see cref="KubeApiException.NotSent"/>.</exception>
    internal void Demand(string asked)
    {
        if (isClosed || left() <= timeout)
        {
            throw new KubeApiException(0, KubeApiException.NotSent, $"{asked}: not sent, this process is not the leader any more or may not be when the answer comes");
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            if (--underWay == 0 && isClosed)
            {
                ended.TrySetResult();
            }
        }
    }

    private sealed class Passage(WriteFence fence) : IDisposable
    {
        private WriteFence? fence = fence;

        public void Dispose() => Interlocked.Exchange(ref fence, null)?.Leave();
    }
}
