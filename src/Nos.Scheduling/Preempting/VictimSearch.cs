namespace Nos.Scheduling.Preempting;

/// <summary>Finds the cheapest of some pods of a node whose going leaves enough, of sets that the rules allow together.</summary>
/// <remarks>
/// Tries, pod by pod in the order of victims, with and without it, and leaves what cannot become better than what is known. Exact up to some 14 pods, and
/// mostly far beyond; tries are counted (not timed, so answers repeat), and where they do not suffice the best is taken of what was found, of
/// <see cref="LargestFirst"/> and of <see cref="Reprieve"/>.
/// </remarks>
internal sealed class VictimSearch
{
    /// <summary>Enough for every choice of 14 pods.</summary>
    private const int MostTries = 1 << 15;

    /// <summary>So many there are always, however much other nodes took.</summary>
    private const int FewestTries = 1 << 9;

    /// <summary>Beyond so many pods not all combinations can be tried.</summary>
    private const int FewPods = 14;

    private readonly VictimChoice choice;
    private readonly int width;
    private readonly long[] missing;
    private readonly long[] leftByRest;
    private readonly long[] mostLeftByRest;
    private readonly long[] leastLostByRest;
    private readonly int lastForced = -1;
    private readonly BudgetCount budgets;
    private readonly List<Occupant> chosen = [];
    private Occupant[]? best;
    private VictimCost? bestCost;
    private int triesLeft;

    /// <param name="choice">Who may go, and when it is enough.</param>
    internal VictimSearch(VictimChoice choice)
    {
        (this.choice, width, missing, budgets) = (choice, choice.Width, choice.Needs.ToArray(), new BudgetCount(choice.Rules));
        var count = choice.Pods.Length;
        (leftByRest, mostLeftByRest, leastLostByRest) = (new long[(count + 1) * width], new long[(count + 1) * width], new long[count + 1]);
        leastLostByRest[count] = long.MaxValue;
        for (var at = count - 1; at >= 0; at--)
        {
            lastForced = lastForced < 0 && choice.IsForced(at) ? at : lastForced;
            leastLostByRest[at] = Math.Min(choice.Pods[at].LostTicks, leastLostByRest[at + 1]);
            for (var number = 0; number < width; number++)
            {
                var (here, left) = (at * width + number, choice.LeftBy(at)[number]);
                leftByRest[here] = leftByRest[here + width] + left;
                mostLeftByRest[here] = Math.Max(mostLeftByRest[here + width], left);
            }
        }
    }

    /// <summary>The cheapest set; <see langword="null"/> where there is none, or none cheaper than or as cheap as <paramref name="known"/>.</summary>
    internal VictimSet? Best(VictimSet? known)
    {
        if (!Reach(0, out _))
        {
            return null;
        }

        if (choice.Pods.Length > FewPods && choice.IsByNumbers && LargestFirst.Of(choice) is { } large)
        {
            (best, bestCost) = ([.. large.Pods], large.Cost);
        }

        var tries = Math.Clamp(choice.Rules.TriesLeft, FewestTries, MostTries);
        triesLeft = tries;
        Try(0, VictimCost.Nothing, known?.Cost);
        choice.Rules.TriesLeft -= tries - Math.Max(0, triesLeft);
        if (triesLeft >= 0)
        {
            return best is null ? null : choice.Set(best);
        }

        // What was found so far may name some who need not go.
        var found = best is null ? null : choice.Spare([.. best]);
        return Reprieve.Of(choice) is { } reprieved && reprieved.IsBetterThan(found) ? reprieved : found;
    }

    private void Try(int at, VictimCost cost, VictimCost? known)
    {
        if (--triesLeft < 0 || !Reach(at, out var more))
        {
            return;
        }

        if (more == 0 && at > lastForced && choice.Suffices(chosen))
        {
            if (bestCost is not { } before || cost.CompareTo(before) < 0)
            {
                (best, bestCost) = ([.. chosen], cost);
            }

            return;
        }

        if (at == choice.Pods.Length)
        {
            return;
        }

        // At least one more is needed, and none of those that follow has a lower priority.
        more = Math.Max(more, 1);
        var lost = (long)Int128.Min(long.MaxValue, cost.LostTicks + (Int128)more * leastLostByRest[at]);
        var least = new VictimCost(cost.Violations, Math.Max(cost.Priority, choice.Pods[at].Priority), cost.Count + more, lost);
        if ((known is { } limit && least.CompareTo(limit) > 0) || (bestCost is { } found && least.CompareTo(found) >= 0))
        {
            return;
        }

        if (choice.IsForced(at) || Helps(at))
        {
            With(at, cost, known);
        }

        if (!choice.IsForced(at))
        {
            Try(at + 1, cost, known);
        }
    }

    private void With(int at, VictimCost cost, VictimCost? known)
    {
        var pod = choice.Pods[at];
        chosen.Add(pod);
        if (choice.MayGo(chosen))
        {
            var then = cost.With(pod, budgets.Take(pod));
            Move(at, -1);
            Try(at + 1, then, known);
            Move(at, 1);
            budgets.Undo(pod);
        }

        chosen.RemoveAt(chosen.Count - 1);
    }

    private void Move(int at, int sign)
    {
        for (var number = 0; number < width; number++)
        {
            missing[number] += sign * choice.LeftBy(at)[number];
        }
    }

    /// <summary>Whether the pod leaves something that is still lacking, as far as that can be told from numbers.</summary>
    private bool Helps(int at)
    {
        var helps = !choice.IsByNumbers || !choice.Rules.IsAllowed;
        for (var number = 0; number < width; number++)
        {
            helps |= missing[number] > 0 && choice.LeftBy(at)[number] > 0;
        }

        return helps;
    }

    /// <summary>How many more pods it takes at least; <see langword="false"/> where those that follow do not leave enough.</summary>
    private bool Reach(int at, out int more)
    {
        more = 0;
        for (var number = 0; number < width; number++)
        {
            if (missing[number] > 0)
            {
                if (leftByRest[at * width + number] < missing[number])
                {
                    return false;
                }

                var most = mostLeftByRest[at * width + number];
                more = (int)Math.Max(more, (missing[number] - 1) / most + 1);
            }
        }

        return true;
    }
}
