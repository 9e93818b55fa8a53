using System.Collections.Immutable;

namespace Nos.Scheduling.Planning;

/// <summary>
/// Pods that are gathered before they are planned for together: a batch is due when nobody came for a while, and at a certain age whoever comes. Immutable.
/// </summary>
public sealed record PodBatch
{
    private ImmutableHashSet<string> members = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private PodBatch()
    {
    }

    /// <summary>Nobody; never due.</summary>
    public static PodBatch Empty { get; } = new();

    /// <summary>Who is in it, in the order they came, each once.</summary>
    public ImmutableList<string> Uids { get; private init; } = [];

    /// <summary>When the first came; without meaning while it is empty.</summary>
    public DateTimeOffset First { get; private init; }

    /// <summary>When the last came; without meaning while it is empty.</summary>
    public DateTimeOffset Last { get; private init; }

    /// <summary>With one more. Who is in it already does not come again: a pod that is tried over and over must not hold the batch open.</summary>
    /// <param name="uid">Who.</param>
    /// <param name="now">When.</param>
    public PodBatch Add(string uid, DateTimeOffset now) => members.Contains(uid) ? this : this with
    {
        members = members.Add(uid),
        Uids = Uids.Add(uid),
        First = Uids.IsEmpty ? now : First,
        Last = now,
    };

    /// <summary>When the batch is to be planned for.</summary>
    /// <param name="idle">So long after the last who came, …</param>
    /// <param name="timeout">… but at most so long after the first.</param>
    /// <returns><see langword="null"/> while it is empty.</returns>
    public DateTimeOffset? DueAt(TimeSpan idle, TimeSpan timeout) =>
        Uids.IsEmpty ? null : Last + idle < First + timeout ? Last + idle : First + timeout;
}
