using Nos.Scheduling.Cluster.State;

namespace Nos.Scheduling.Server.Controllers;

/// <summary>What the operator decided about reclaim.</summary>
/// <param name="Ttl">How long room that was made is kept; also the first rest after it was made in vain.</param>
/// <param name="BudgetGrace">For how long PodDisruptionBudgets may hold a claim up; zero: for ever.</param>
/// <param name="Governs">Whether a pod is one of those that are judged here.</param>
internal sealed record ReclaimSettings(TimeSpan Ttl, TimeSpan BudgetGrace, Predicate<PodRecord> Governs)
{
    /// <summary>The longest rest of a pod for which room was made in vain.</summary>
    internal static TimeSpan LongestRest { get; } = TimeSpan.FromHours(1);

    /// <summary>How long a pod rests after so many claims in vain: the ttl, doubled each time, at most an hour.</summary>
    /// <param name="tries">How many; 1 or more.</param>
    internal TimeSpan RestAfter(int tries) => TimeSpan.FromTicks(Math.Min(LongestRest.Ticks, Ttl.Ticks << Math.Min(tries - 1, 12)));
}
