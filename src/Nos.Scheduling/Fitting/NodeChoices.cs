namespace Nos.Scheduling.Fitting;

/// <summary>Puts together what the GPUs of a node can take. Exact: a no means that no way exists.</summary>
internal static class NodeChoices
{
    /// <summary>Whether the GPUs can take everything together.</summary>
    internal static bool Hold(RequestKinds kinds, ReadOnlySpan<GpuChoices> gpus) =>
        Hold(kinds, gpus, kinds.Everything, []);

    /// <summary>By choice, the least effort with which the GPUs can take it together.</summary>
    internal static Effort[] Least(RequestKinds kinds, ReadOnlySpan<GpuChoices> gpus)
    {
        var least = new Effort[kinds.Choices];
        Array.Fill(least, Effort.Impossible);
        least[0] = default;
        foreach (var gpu in gpus)
        {
            // From the largest down, so that what a GPU adds is not added twice.
            for (var choice = least.Length - 1; choice > 0; choice--)
            {
                foreach (var taken in gpu.Possible)
                {
                    if (taken <= choice && kinds.Covers(choice, taken))
                    {
                        var effort = least[choice - taken] + gpu[taken];
                        least[choice] = effort.CompareTo(least[choice]) < 0 ? effort : least[choice];
                    }
                }
            }
        }

        return least;
    }

    /// <summary>The first GPU takes one of its largest choices and the others the rest; a rest that failed is not tried again.</summary>
    private static bool Hold(RequestKinds kinds, ReadOnlySpan<GpuChoices> gpus, int rest, HashSet<(int Gpus, int Left)> failed)
    {
        if (rest == 0 || gpus.IsEmpty || failed.Contains((gpus.Length, rest)))
        {
            return rest == 0;
        }

        foreach (var taken in gpus[0].Largest)
        {
            if (Hold(kinds, gpus[1..], kinds.Less(rest, taken), failed))
            {
                return true;
            }
        }

        if (gpus[0].Largest.Length == 0 && Hold(kinds, gpus[1..], rest, failed))
        {
            return true;
        }

        failed.Add((gpus.Length, rest));
        return false;
    }
}
