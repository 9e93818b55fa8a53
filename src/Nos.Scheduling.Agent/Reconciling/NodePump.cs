namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Runs the rounds of one node, one at a time: when somebody asks, and when the last round said so. Idle, it holds no thread and no timer.</summary>
/// <param name="round">One round; returns when the next is due at the latest. It must not throw but for cancellation.</param>
/// <param name="wakeUps">Shared by all nodes.</param>
/// <param name="cancellation">Ends the rounds.</param>
internal sealed class NodePump(Func<CancellationToken, Task<DateTimeOffset>> round, WakeUps wakeUps, CancellationToken cancellation)
{
    private readonly Lock gate = new();
    private Task running = Task.CompletedTask;
    private bool isAskedAgain;
    private DateTimeOffset wakesAt = DateTimeOffset.MaxValue;

    /// <summary>Completes when no round is running; one may start right after.</summary>
    public Task Idle
    {
        get
        {
            lock (gate)
            {
                return running;
            }
        }
    }

    /// <summary>Has a round begin after this call: now, or when the running one has ended.</summary>
    public void Kick()
    {
        lock (gate)
        {
            if (cancellation.IsCancellationRequested)
            {
                return;
            }

            if (!running.IsCompleted)
            {
                isAskedAgain = true;
                return;
            }

            isAskedAgain = false;
            running = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            do
            {
                WakeAt(await round(cancellation));
            }
            while (TakeAnother());
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Told to end.
        }
    }

    private bool TakeAnother()
    {
        lock (gate)
        {
            if (!isAskedAgain)
            {
                // Set here and not by the task's end: a kick in between would find it running and be lost.
                running = Task.CompletedTask;
                return false;
            }

            isAskedAgain = false;
            return true;
        }
    }

    private void WakeAt(DateTimeOffset when)
    {
        lock (gate)
        {
            // An earlier call is on its way already; the round that it starts tells the next time.
            if (when < wakesAt)
            {
                wakesAt = when;
                wakeUps.At(when, () => Wake(when));
            }
        }
    }

    private void Wake(DateTimeOffset when)
    {
        lock (gate)
        {
            // Overtaken by an earlier call, whose round has set another time.
            if (when != wakesAt)
            {
                return;
            }

            wakesAt = DateTimeOffset.MaxValue;
        }

        Kick();
    }
}
