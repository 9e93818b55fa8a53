using System.Collections.Concurrent;
using Nos.Scheduling.Cluster.Reclaiming;

namespace Nos.Scheduling.Cluster.State;

/// <summary>
/// The claims that this leader goes by: those that it made, and those that it took over. What else annotations say was written by whoever it was. Not
/// thread-safe, but for <see cref="Find"/>.
/// </summary>
internal sealed class ClaimIndex
{
    private readonly ConcurrentDictionary<string, ReclaimClaim> byUid = new(StringComparer.Ordinal);

    /// <summary>The pod's claim, or <see langword="null"/>. May be asked from any thread: every filter call does.</summary>
    internal ReclaimClaim? Find(string uid) => byUid.GetValueOrDefault(uid);

    /// <summary>Whether there is any. May be asked from any thread.</summary>
    internal bool IsAny => !byUid.IsEmpty;

    /// <summary>All claims by uid, in no order.</summary>
    internal IEnumerable<KeyValuePair<string, ReclaimClaim>> All => byUid;

    /// <summary>The claims on a node, oldest first; those of one moment by uid.</summary>
    internal IEnumerable<(string Uid, ReclaimClaim Claim)> On(string node) => byUid.IsEmpty ? [] : byUid
        .Where(claim => claim.Value.Node == node)
        .OrderBy(claim => claim.Value.Since).ThenBy(claim => claim.Key, StringComparer.Ordinal)
        .Select(claim => (claim.Key, claim.Value));

    /// <summary>Sets or, with <see langword="null"/>, takes away a pod's claim.</summary>
    /// <returns>The nodes to be looked at anew.</returns>
    internal IEnumerable<string> Set(string uid, ReclaimClaim? claim)
    {
        var before = Find(uid);
        if (claim is not null)
        {
            byUid[uid] = claim;
        }
        else
        {
            byUid.TryRemove(uid, out _);
        }

        return new[] { before?.Node, claim?.Node }.OfType<string>().Where(node => node.Length > 0).Distinct(StringComparer.Ordinal);
    }
}
