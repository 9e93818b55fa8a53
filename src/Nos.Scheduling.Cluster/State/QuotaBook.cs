using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cluster.State;

/// <summary>What pods use, by namespace, and the quotas over it. Each pod counts once, be it bound, or only on its way. Not thread-safe.</summary>
/// <param name="gpuMemoryPerGpu">Unit: GB that one whole GPU counts.</param>
internal sealed class QuotaBook(long gpuMemoryPerGpu)
{
    /// <summary>
    /// Sums beyond this, or those of a quota over many such namespaces, may have saturated: then nothing can be taken off them, and they are added up anew.
    /// </summary>
    private const long Exact = long.MaxValue / 1024;

    private readonly Dictionary<QuotaKey, Quota> quotas = [];

    private readonly Dictionary<string, (string Namespace, ResourceAmounts Request)> counted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ResourceAmounts> used = new(StringComparer.Ordinal);

    /// <summary>The quotas and what is used of them.</summary>
    internal QuotaLedger Ledger { get; private set; } = QuotaLedger.Empty;

    /// <summary>What a pod asks for, in the units of quotas.</summary>
    internal ResourceAmounts RequestOf(PodRecord pod) => QuotaRequests.Of(pod.Demand, gpuMemoryPerGpu);

    /// <summary>Takes an informer's quotas of one kind over. What is used of them is known already.</summary>
    /// <param name="changed">Those that came or changed.</param>
    /// <param name="deleted">Those that went.</param>
    /// <param name="replacedKind">Whether the list is all there is of composites, or of the others; <see langword="null"/> where it is a part.</param>
    /// <returns>Whether any says something else now; statuses alone change nothing.</returns>
    internal bool Take(IReadOnlyCollection<Quota> changed, IEnumerable<QuotaKey> deleted, bool? replacedKind)
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

        if (isOther)
        {
            Ledger = Rebuilt(but: null);
        }

        return isOther;
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
                Change(before.Namespace, default, before.Request);
            }

            return;
        }

        var request = RequestOf(pod);
        if (wasCounted && before.Request == request && before.Namespace == pod.Namespace)
        {
            return;
        }

        counted[uid] = (pod.Namespace, request);
        Change(pod.Namespace, request, before.Request);
    }

    /// <summary>The ledger without that pod, for judging it once more.</summary>
    internal QuotaLedger Without(string uid) => counted.TryGetValue(uid, out var own)
        ? IsExact(own.Namespace) ? Ledger.Giving(own.Namespace, own.Request) : Rebuilt(uid)
        : Ledger;

    private void Change(string space, ResourceAmounts more, ResourceAmounts less)
    {
        var before = used.GetValueOrDefault(space);
        if (IsExact(space) && IsExact(before + more))
        {
            Put(space, before + more - less);
            Ledger = Ledger.Taking(space, more).Giving(space, less);
            return;
        }

        Put(space, SumOf(space, but: null));
        Ledger = Rebuilt(but: null);
    }

    private void Put(string space, ResourceAmounts sum)
    {
        if (sum.All.All(amount => amount.Amount == 0))
        {
            used.Remove(space);
        }
        else
        {
            used[space] = sum;
        }
    }

    private QuotaLedger Rebuilt(string? but) => used.Keys.Aggregate(
        QuotaLedger.Of(quotas.Values),
        (ledger, space) => ledger.Taking(space, but is not null && counted[but].Namespace == space ? SumOf(space, but) : used[space]));

    private ResourceAmounts SumOf(string space, string? but) => counted
        .Where(pod => pod.Value.Namespace == space && pod.Key != but)
        .Aggregate(default(ResourceAmounts), (sum, pod) => sum + pod.Value.Request);

    private bool IsExact(string space) => IsExact(used.GetValueOrDefault(space)) && IsExact(Ledger.UsedIn(space));

    private static bool IsExact(ResourceAmounts amounts)
    {
        foreach (var (_, amount) in amounts.All)
        {
            if (amount > Exact)
            {
                return false;
            }
        }

        return true;
    }
}
