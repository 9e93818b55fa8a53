using System.Collections.Immutable;

namespace Nos.Scheduling.Planning;

/// <summary>
/// Pods that are gathered before they are planned for together: a batch is due when nobody came for a while, and at a certain age whoever comes. Immutable.
/// </summary>
/// <param name="Uids">Who is in it, in the order they came, each once.</param>
/// <param name="First">When the first came; without meaning while it is empty.</param>
/// <param name="Last">When the last came.</param>
public sealed record PodBatch(ImmutableArray<string> Uids, DateTimeOffset First, DateTimeOffset Last)
{
    /// <summary>Nobody; never due.</summary>
    public static PodBatch Empty { get; } = new([], default, default);

    /// <summary>Whether nobody is in it.</summary>
    public bool IsEmpty => Uids.IsEmpty;

    /// <summary>With one more. Who is in it already does not come again: a pod that is tried over and over must not hold the batch open.</summary>
    /// <param name="uid">Who.</param>
    /// <param name="now">When.</param>
    public PodBatch Add(string uid, DateTimeOffset now) =>
        IsEmpty ? new PodBatch([uid], now, now)
        : Uids.Contains(uid) ? this
        : this with { Uids = Uids.Add(uid), Last = now };

    /// <summary>When the batch is to be planned for.</summary>
    /// <param name="idle">So long after the last who came, …</param>
    /// <param name="timeout">… but at most so long after the first.</param>
    /// <returns><see langword="null"/> while it is empty.</returns>
    public DateTimeOffset? DueAt(TimeSpan idle, TimeSpan timeout) =>
        IsEmpty ? null : Last + idle < First + timeout ? Last + idle : First + timeout;
}
