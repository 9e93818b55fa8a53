using System.Threading.Channels;

namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>The slices that steps are about right now; the GPUs of a node report here side by side.</summary>
internal sealed class PendingSlices(IEnumerable<SlicePlace> places)
{
    private readonly Lock gate = new();
    private readonly HashSet<SlicePlace> pending = [.. places];

    // One place is enough: who reads it looks at all of the pending slices anyway.
    private readonly Channel<bool> done = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>A copy of what is pending.</summary>
    public IReadOnlySet<SlicePlace> Current
    {
        get
        {
            lock (gate)
            {
                return pending.ToHashSet();
            }
        }
    }

    /// <summary>Notes that the step about this slice is over.</summary>
    public void Done(SlicePlace place)
    {
        lock (gate)
        {
            pending.Remove(place);
        }

        done.Writer.TryWrite(true);
    }

    /// <summary>Waits until a step is over, or all are.</summary>
    /// <returns>Whether <paramref name="acting"/> goes on.</returns>
    public async Task<bool> GoesOnAsync(Task acting, CancellationToken cancellation)
    {
        var step = done.Reader.WaitToReadAsync(cancellation).AsTask();
        var ended = await Task.WhenAny(acting, step) == acting;
        done.Reader.TryRead(out _);
        return !ended;
    }
}
