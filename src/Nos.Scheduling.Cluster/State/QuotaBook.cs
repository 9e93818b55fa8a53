using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.State;

/// <summary>What pods use, by namespace, and the quotas over it. Each pod counts once, be it bound, or only on its way. Not thread-safe.</summary>
/// <remarks>Sums are kept of all namespaces and in 128 bits: a quota that comes later finds them there, and what was added comes off again whatever it was.</remarks>
/// <param name="gpuMemoryPerGpu">Unit: GB that one whole GPU counts.</param>
internal sealed class QuotaBook(long gpuMemoryPerGpu)
{
    private readonly Dictionary<QuotaKey, Quota> quotas = [];
    private readonly Dictionary<string, (string Namespace, ResourceAmounts Request)> counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Int128>> used = new(StringComparer.Ordinal);
    private bool isCountingMany;

    /// <summary>The quotas and what is used of them.</summary>
    internal QuotaLedger Ledger { get; private set; } = QuotaLedger.Empty;

    /// <summary>Takes an informer's quotas of one kind over. What is used of them is known already.</summary>
    /// <param name="changed">Those that came or changed.</param>
    /// <param name="deleted">Those that went.</param>
    /// <param name="replacedKind">Whether the list is all there is of composites, or of the others; <see langword="null"/> where it is a part.</param>
    internal void Take(IReadOnlyCollection<Quota> changed, IEnumerable<QuotaKey> deleted, bool? replacedKind)
    {
        var listed = changed.Select(quota => quota.Key).ToHashSet();
        var gone = replacedKind is { } kind ? quotas.Keys.Where(key => key.IsComposite == kind && !listed.Contains(key)).ToArray() : deleted;
        var isOther = false;
        foreach (var key in gone)
        {
            isOther |= quotas.Remove(key);
        }

        foreach (var quota in changed)
        {
            isOther |= !quotas.TryGetValue(quota.Key, out var before) || !before.SaysTheSameAs(quota);
            quotas[quota.Key] = quota;
        }

        // Most news are of our own statuses.
        if (isOther)
        {
            Rebuild();
        }
    }

    /// <summary>Counts a pod as it is now.</summary>
    /// <param name="uid">The pod.</param>
    /// <param name="pod">It where it holds or is about to hold something; <see langword="null"/> where it does no more.</param>
    internal void Count(string uid, PodRecord? pod)
    {
        var wasCounted = counted.TryGetValue(uid, out var before);
        if (pod is null)
        {
            if (wasCounted)
            {
                counted.Remove(uid);
                Change(before.Namespace, before.Request, -1);
            }

            return;
        }

        var request = QuotaRequests.Of(pod.Demand, gpuMemoryPerGpu);
        if (wasCounted && before.Request == request && before.Namespace == pod.Namespace)
        {
            return;
        }

        if (wasCounted)
        {
            Change(before.Namespace, before.Request, -1);
        }

        counted[uid] = (pod.Namespace, request);
        Change(pod.Namespace, request, 1);
    }

    /// <summary>Counts many pods, and looks at the quotas once, afterwards.</summary>
    internal void CountMany(Action count)
    {
        isCountingMany = true;
        try
        {
            count();
        }
        finally
        {
            isCountingMany = false;
            Rebuild();
        }
    }

    /// <summary>The ledger without that pod, for judging it once more.</summary>
    internal QuotaLedger Without(string uid) => counted.TryGetValue(uid, out var own) ? Ledger.Giving(own.Namespace, own.Request) : Ledger;

    private void Change(string space, ResourceAmounts amounts, int sign)
    {
        if (!used.TryGetValue(space, out var sums))
        {
            used[space] = sums = new Dictionary<string, Int128>(StringComparer.Ordinal);
        }

        foreach (var (name, amount) in amounts.All)
        {
            sums[name] = sums.GetValueOrDefault(name) + sign * (Int128)amount;
            if (sums[name] == 0)
            {
                sums.Remove(name);
            }
        }

        if (sums.Count == 0)
        {
            used.Remove(space);
        }

        Ledger = isCountingMany ? Ledger : sign > 0 ? Ledger.Taking(space, amounts) : Ledger.Giving(space, amounts);
    }

    private void Rebuild() => Ledger = QuotaLedger.Of(quotas.Values, space => used.GetValueOrDefault(space));
}
