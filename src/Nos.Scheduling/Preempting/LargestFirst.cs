namespace Nos.Scheduling.Preempting;

/// <summary>Chooses few victims quickly, where all combinations are too many: those who leave the most.</summary>
internal static class LargestFirst
{
    /// <summary>
    /// Within the lowest priority, and without violated budgets where that is enough: one after the other goes who leaves the most of what is lacking, and back
    /// comes without whom it is enough. The fewest there are where one number is lacking. <see langword="null"/> where it is not enough if all go.
    /// </summary>
    internal static VictimSet? Of(VictimChoice choice)
    {
        foreach (var mayViolate in new[] { false, true })
        {
            for (var at = 0; at < choice.Pods.Length; at++)
            {
                var priority = choice.Pods[at].Priority;
                if ((at + 1 == choice.Pods.Length || choice.Pods[at + 1].Priority > priority)
                    && Within(choice, priority, mayViolate) is { } going && choice.IsEnough(going))
                {
                    return choice.Spare(going);
                }
            }
        }

        return null;
    }

    private static List<Occupant> Within(VictimChoice choice, int priority, bool mayViolate)
    {
        var (going, lacking, budgets) = (new List<Occupant>(), choice.Needs.ToArray(), new BudgetCount(choice.Rules));
        var open = Enumerable.Range(0, choice.Pods.Length).Where(at => choice.IsForced(at) || choice.Pods[at].Priority <= priority).ToList();
        while (open.Count > 0 && (Array.Exists(lacking, amount => amount > 0) || !choice.Suffices(going)))
        {
            var next = open.MaxBy(at => choice.IsForced(at) ? double.MaxValue : Part(choice.LeftBy(at), lacking));
            var pod = choice.Pods[next];
            open.Remove(next);
            going.Add(pod);
            if ((budgets.Take(pod) && !mayViolate && !choice.IsForced(next)) || !choice.MayGo(going))
            {
                budgets.Undo(pod);
                going.RemoveAt(going.Count - 1);
                continue;
            }

            for (var number = 0; number < lacking.Length; number++)
            {
                lacking[number] -= choice.LeftBy(next)[number];
            }
        }

        return going;
    }

    /// <summary>How much of what is lacking a pod leaves, each number counted as a part of the whole.</summary>
    private static double Part(ReadOnlySpan<long> left, long[] lacking)
    {
        var part = 0.0;
        for (var number = 0; number < lacking.Length; number++)
        {
            part += lacking[number] > 0 ? Math.Min(1, (double)left[number] / lacking[number]) : 0;
        }

        return part;
    }
}
