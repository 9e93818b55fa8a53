using System.Collections.Concurrent;

namespace Nos.Scheduling.Agent.Reporting;

/// <summary>Keeps thousands of nodes from complaining thousandfold about one cause: each is worth one line a minute.</summary>
internal sealed class Complaints(TimeProvider time)
{
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, long> said = new(StringComparer.Ordinal);

    /// <summary>Whether to log it now.</summary>
    /// <param name="cause">What it is about, the same text for the same cause; few different ones.</param>
    public bool IsNews(string cause)
    {
        var now = time.GetTimestamp();
        if (said.TryGetValue(cause, out var before) && time.GetElapsedTime(before, now) < Silence)
        {
            return false;
        }

        said[cause] = now;
        return true;
    }
}
