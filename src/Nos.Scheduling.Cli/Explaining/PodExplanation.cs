using Nos.Scheduling.Cli.Planning;
using Nos.Scheduling.Cluster.Quotas;
using Nos.Scheduling.Cluster.State;
using Nos.Scheduling.Preempting;
using Nos.Scheduling.Quotas;
using Nos.Scheduling.Resources;

namespace Nos.Scheduling.Cli.Explaining;

/// <summary>What is told of a pod.</summary>
/// <param name="Pod">Which.</param>
/// <param name="Asked">What it asks for. Units as in quotas.</param>
/// <param name="Quota">Its quota as it stands; <see langword="null"/> where none is over its namespace.</param>
internal sealed record PodExplanation(PodRecord Pod, ResourceAmounts Asked, QuotaView? Quota)
{
    /// <summary>Why it waits, in one word, as metrics and events give it; <see langword="null"/> where nothing stands against it, or it is bound.</summary>
    public string? Reason { get; init; }

    /// <summary>The rule that decides, such as <c>Q3</c>; <see langword="null"/> where it is none of quotas and reclaim.</summary>
    public string? Rule { get; init; }

    /// <summary>What decides, in sentences.</summary>
    public required string Sentence { get; init; }

    /// <summary>What its quota lacks for it, and of which resource; <see langword="null"/> where its quota does not refuse it. Unit: as in quotas.</summary>
    public (string Resource, long Amount)? Missing { get; init; }

    /// <summary>Where it stands in its quota; <see langword="null"/> where it waits or has none.</summary>
    public QuotaStanding? Standing { get; init; }

    /// <summary>Who else borrows what it wants; <see langword="null"/> where that is not what decides.</summary>
    public QuotaBorrowing? Borrowing { get; init; }

    /// <summary>What the nodes say; <see langword="null"/> where they were not asked, as it is bound or its quota refuses it.</summary>
    public PlannedPodView? Nodes { get; init; }

    /// <summary>What would be reclaimed for it now, or why nothing; <see langword="null"/> where it is bound, has room, or others make way for it already.</summary>
    public ReclaimDecision? Reclaim { get; init; }

    /// <summary>Until when nobody is evicted for it, as room that was made for it came to nothing; <see langword="null"/> where it does not rest.</summary>
    public DateTimeOffset? RestsUntil { get; init; }
}
