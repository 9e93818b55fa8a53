namespace Nos.Scheduling.Cluster.Leading;

/// <summary>A moment by both of this machine's clocks.</summary>
/// <remarks>
/// The monotonic clock stands still while a machine is suspended (a laptop's lid, a virtual machine being moved); the wall clock may be set. Where
/// being too late is what must not happen, the one that went further counts. A wall clock set forward then costs a term, never a double one.
/// </remarks>
internal readonly record struct Moment(long Timestamp, DateTimeOffset Wall)
{
    internal static Moment Now(TimeProvider time) => new(time.GetTimestamp(), time.GetUtcNow());

    /// <summary>How long ago it was, at most.</summary>
    internal TimeSpan Since(TimeProvider time)
    {
        var (monotonic, wall) = (time.GetElapsedTime(Timestamp), time.GetUtcNow() - Wall);
        return monotonic > wall ? monotonic : wall;
    }
}
