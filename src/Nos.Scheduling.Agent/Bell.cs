using System.Threading.Channels;

namespace Nos.Scheduling.Agent;

/// <summary>Wakes one loop that waits. Rung any number of times while nobody waits it wakes it once.</summary>
internal sealed class Bell
{
    private readonly Channel<bool> rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Wakes the loop, at once or when it waits next. Short, and never throws.</summary>
    public void Ring() => rings.Writer.TryWrite(true);

    /// <summary>Waits until somebody rings.</summary>
    /// <param name="limit">No longer than that.</param>
    /// <param name="time">The clock of the limit.</param>
    /// <param name="cancellation">Ends the wait; it does not throw then.</param>
    /// <returns>Whether somebody rang.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pause = Task.Delay(limit, time, either.Token);
        var ring = rings.Reader.ReadAsync(either.Token).AsTask();
        await Task.WhenAny(pause, ring);
        await either.CancelAsync();
        return ring.IsCompletedSuccessfully;
    }
}
