namespace Nos.Scheduling.Cluster.Api;

/// <summary>How long to wait after failures in a row.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    /// <summary>
    /// 0.2 s after the first failure, twice as long after each further one, up to 10 s; then between half and all of it, so that clients part.
    /// </summary>
    /// <param name="failures">Failures in a row, from 1.</param>
    /// <param name="dice">From 0 to 1.</param>
    public static TimeSpan Delay(int failures, double dice)
    {
        var doublings = Math.Clamp(failures - 1, 0, 16);
        var full = Math.Min(Most.TotalSeconds, First.TotalSeconds * (1 << doublings));
        return TimeSpan.FromSeconds(full * (0.5 + (0.5 * dice)));
    }
}
