using System.Collections.Immutable;
using Nos.Scheduling.Gpus;
using Nos.Scheduling.Nodes;

namespace Nos.Scheduling.Fitting;

/// <summary>Decides whether several MIG slices can exist on a node at once, beside what is held. Exact: a no means that no way exists.</summary>
/// <remarks>
/// GPU by GPU: of all the sets that one GPU can take only the largest matter (whoever takes less can take more), and a rest that failed
/// from some GPU on is not tried again. GPUs in the same state share their sets.
/// </remarks>
internal static class MigPacking
{
    /// <summary>Whether the GPUs can hold all requests together.</summary>
    internal static bool Holds(ImmutableArray<Gpu> gpus, IReadOnlyList<SliceRequest> requests)
    {
        var kinds = requests.GroupBy(request => request.Resource.Profile!).OrderBy(group => group.Key, StringComparer.Ordinal).ToArray();
        var wanted = new Counts([.. kinds.Select(kind => kind.Count())]);
        var names = Array.ConvertAll(kinds, kind => kind.Key);
        var sets = new List<Counts>[gpus.Length];
        var known = new Dictionary<(GpuModel, ushort, uint), List<Counts>>();
        for (var index = 0; index < gpus.Length; index++)
        {
            var gpu = gpus[index];
            var key = (gpu.Model, gpu.Held.Bits, gpu.Open);
            if (!known.TryGetValue(key, out var largest))
            {
                known[key] = largest = gpu.IsLost ? [] : MigPackingSets.Largest(gpu, names, wanted);
            }

            sets[index] = largest;
        }

        return Holds(sets, 0, wanted, []);
    }

    private static bool Holds(List<Counts>[] sets, int from, Counts rest, HashSet<(int, Counts)> failed)
    {
        if (rest.IsZero)
        {
            return true;
        }

        if (from == sets.Length || failed.Contains((from, rest)))
        {
            return false;
        }

        foreach (var set in sets[from])
        {
            if (Holds(sets, from + 1, rest.Less(set), failed))
            {
                return true;
            }
        }

        // The empty set: a GPU that can take nothing of the rest, or is better left to nobody.
        if (sets[from].Count == 0 && Holds(sets, from + 1, rest, failed))
        {
            return true;
        }

        failed.Add((from, rest));
        return false;
    }
}
