namespace Nos.Scheduling.Cluster.Api;

/// <summary>Lets what happens again and again be logged at the first time, and then at most once a minute. For one thread.</summary>
internal sealed class LogPace(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long? last;

    /// <summary>Whether it is time to log; if so, the next minute begins.</summary>
    public bool IsDue()
    {
        if (last is { } logged && time.GetElapsedTime(logged) < Interval)
        {
            return false;
        }

        last = time.GetTimestamp();
        return true;
    }
}
