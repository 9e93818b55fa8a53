namespace Nos.Scheduling.Agent.Reconciling;

/// <summary>Remembers which slices of a node the driver refused, and when each is tried again: after 1 s, 2 s, 4 s, … at most 60 s.</summary>
/// <remarks>Steps of several GPUs report here side by side.</remarks>
internal sealed class SliceFailures(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private Dictionary<SlicePlace, SliceFailure> failures = [];

    /// <summary>What is failing now.</summary>
    public IReadOnlyDictionary<SlicePlace, SliceFailure> Current
    {
        get
        {
            lock (gate)
            {
                return failures;
            }
        }
    }

    /// <summary>When the next failed step may be tried again; <see langword="null"/> where nothing failed.</summary>
    public DateTimeOffset? NextRetry => Current is { Count: > 0 } current ? current.Values.Min(failure => failure.RetryAt) : null;

    /// <summary>Whether a step about this slice has to wait.</summary>
    public bool Rests(SlicePlace place, string? ownerUid) =>
        Current.GetValueOrDefault(place) is { } failure && failure.OwnerUid == ownerUid && failure.RetryAt > time.GetUtcNow();

    /// <summary>Notes that the step succeeded.</summary>
    public void Clear(SlicePlace place)
    {
        lock (gate)
        {
            if (failures.ContainsKey(place))
            {
                failures = failures.Where(failure => failure.Key != place).ToDictionary();
            }
        }
    }

    /// <summary>Notes that the step failed.</summary>
    public void Add(SlicePlace place, string message, string? ownerUid)
    {
        lock (gate)
        {
            var attempts = failures.GetValueOrDefault(place) is { } earlier && earlier.OwnerUid == ownerUid ? earlier.Attempts + 1 : 1;
            var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempts - 1, 16)));
            failures = new(failures) { [place] = new SliceFailure(message, attempts, time.GetUtcNow() + pause, ownerUid) };
        }
    }

    /// <summary>Forgets what no step is about any more.</summary>
    public void Keep(IReadOnlySet<SlicePlace> concerned)
    {
        lock (gate)
        {
            if (failures.Keys.Any(place => !concerned.Contains(place)))
            {
                failures = failures.Where(failure => concerned.Contains(failure.Key)).ToDictionary();
            }
        }
    }
}
