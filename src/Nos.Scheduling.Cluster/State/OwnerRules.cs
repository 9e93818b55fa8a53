using Nos.Scheduling.Cluster.Documents;

namespace Nos.Scheduling.Cluster.State;

/// <summary>For whom, and until when, a spec says that a slice was cut.</summary>
/// <param name="Lives">Whether the pod of that uid exists and has not ended.</param>
/// <param name="Now">The moment.</param>
/// <param name="Ttl">How long a slice that is reserved from now on waits for its pod.</param>
internal readonly record struct OwnerRules(Func<string, bool> Lives, DateTimeOffset Now, TimeSpan Ttl)
{
    /// <summary>The owner of a slice kept for a pod that is not bound yet. Renewed when half its time is over, not before: each word is a write.</summary>
    /// <param name="uid">The pod's uid.</param>
    /// <param name="named">Whom the spec names so far, or <see langword="null"/>.</param>
    internal SliceOwner ForWaiting(string uid, SliceOwner? named) =>
        named?.Uid == uid && named.Until - Now >= Ttl / 2 ? named : new SliceOwner { Uid = uid, Until = Now + Ttl };

    /// <summary>The owner of a slice that a bound pod has or may have: whom the spec names, while that is this pod or nobody knows whose it is.</summary>
    /// <param name="uid">The holder's uid; <see langword="null"/> where it is unknown.</param>
    /// <param name="named">Whom the spec names so far, or <see langword="null"/>.</param>
    internal SliceOwner? ForHeld(string? uid, SliceOwner? named) =>
        named is not null && Lives(named.Uid) && (uid is null || uid == named.Uid) ? named : null;
}
