namespace Nos.Scheduling.Cluster.Binding;

/// <summary>Lets those who name one key in one after the other; different keys do not wait for each other.</summary>
internal sealed class Turns
{
    private readonly Dictionary<string, Turn> taken = new(StringComparer.Ordinal);

    /// <summary>Waits for the turn.</summary>
    /// <param name="key">What it is about.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>To be disposed when the next may come in.</returns>
    internal async Task<IDisposable> EnterAsync(string key, CancellationToken cancellation)
    {
        Turn? turn;
        lock (taken)
        {
            if (!taken.TryGetValue(key, out turn))
            {
                taken[key] = turn = new Turn(this, key);
            }

            turn.Comers++;
        }

        try
        {
            await turn.Door.WaitAsync(cancellation);
            return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    /// <summary>A key that nobody comes for any more is forgotten.</summary>
    private void Leave(Turn turn)
    {
        lock (taken)
        {
            if (--turn.Comers == 0)
            {
                taken.Remove(turn.Key);
                turn.Door.Dispose();
            }
        }
    }

    private sealed class Turn(Turns all, string key) : IDisposable
    {
        internal string Key => key;

        internal SemaphoreSlim Door { get; } = new(1, 1);

        internal int Comers { get; set; }

        public void Dispose()
        {
            Door.Release();
            all.Leave(this);
        }
    }
}
