namespace Nos.Scheduling.Planning;

/// <summary>How much more trying a plan may cost. Counted, not timed: equal inputs give equal plans on any machine.</summary>
internal sealed class PlanBudget
{
    /// <summary>Unit: pods on a node, squared, added up over all attempts to re-pack one: about the time that it takes. The whole is a few seconds at most.</summary>
    private const long Most = 100_000;

    private long left = Most;

    /// <summary>Whether there was something left; takes what re-packing a node of so many pods costs.</summary>
    internal bool Take(int pods)
    {
        var may = left > 0;
        left -= (long)pods * pods;
        return may;
    }
}
