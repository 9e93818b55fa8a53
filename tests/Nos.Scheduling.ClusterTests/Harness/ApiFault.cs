namespace Nos.Scheduling.ClusterTests.Harness;

/// <summary>What happens to chosen calls. Set up by <see cref="ApiFaults"/>; dispose it to end it.</summary>
public sealed class ApiFault : IDisposable
{
    private readonly Func<ApiCall, bool> _calls;
    private readonly Action<ApiFault> _end;
    private readonly Lock _gate = new();
    private int _matched;
    private int _left;
    private int _happened;

    internal ApiFault(FaultKind kind, Func<ApiCall, bool> calls, int times, int oneIn, Action<ApiFault> end)
    {
        (Kind, _calls, _left, OneIn, _end) = (kind, calls, times, oneIn, end);
    }

    /// <summary>How often it has happened.</summary>
    public int Happened => Volatile.Read(ref _happened);

    internal FaultKind Kind { get; }

    internal int OneIn { get; }

    internal int Status { get; init; }

    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>What a held call waits for.</summary>
    internal Func<Task> Until { get; init; } = () => Task.CompletedTask;

    public void Dispose() => _end(this);

    /// <summary>Whether this call is one of those that it happens to; counts it then.</summary>
    internal bool Takes(ApiCall call)
    {
        lock (_gate)
        {
            if (_left == 0 || !_calls(call) || _matched++ % OneIn != 0)
            {
                return false;
            }

            _left--;
            _happened++;
            return true;
        }
    }
}
